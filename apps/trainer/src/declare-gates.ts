import type { Command } from 'commander'
import { actor } from './actor-option.ts'
import type {
  ApproveOptions,
  EvidenceOptions,
  GatesOptions,
  PolicyOptions,
  PromoteOptions,
} from './command-options.ts'
import { daysOf, repeated, wholeNumber } from './option-values.ts'
import type { Start } from './start.ts'

/** Declares the commands of `claims models` that are about what a promotion has to pass. */
export function declareGates(models: Command, start: Start): void {
  actor(models.command('promote <model>'))
    .description('make NAME@VERSION the champion; exit 1, naming each gate, when it does not pass them all')
    .requiredOption('--reason <text>', 'why')
    .option(
      '--expected <version>',
      'refuse with exit 1 unless this version is the champion now; "none": unless nothing is',
    )
    .option('--restore', 'take the version back into use where it is retired')
    .option(
      '--override',
      'pass over failing gates by the override that another person signed: models approve --override',
    )
    .addHelpText('after', example('claims models promote claims-demo@1 --reason "first model"'))
    .action((model: string, options: Omit<PromoteOptions, 'model'>) =>
      start(async () => (await import('./commands/models/promote.ts')).promoteModel, { ...options, model }),
    )
  actor(models.command('gates <model>'))
    .description('how NAME@VERSION stands at every gate, without promoting it; exit 1 when one is not passed')
    .option('--override', 'with the override that another person signed')
    .addHelpText('after', example('claims models gates claims-demo@1'))
    .action((model: string, options: Omit<GatesOptions, 'model'>) =>
      start(async () => (await import('./commands/models/gates.ts')).modelGates, { ...options, model }),
    )
  actor(models.command('policy <name>'))
    .description('show what a model demands of a promotion beyond its blueprint, or change it')
    .option('--file <file>', 'JSON file of the whole policy')
    .option('--approvals <n>', 'people who must approve', wholeNumber(0, 10))
    .option('--require <constraint>', 'such as "recall on test >= 0.85"; may be repeated', repeated)
    .option('--longest-validity <days>', 'such as 90d: approvals count for so long at most', daysOf)
    .option('--reason <text>', 'why it is changed')
    .addHelpText(
      'after',
      example(
        'claims models policy claims-demo --approvals 1 --require "recall on test >= 0.8" --reason "committee"',
      ),
    )
    .action((model: string, options: Omit<PolicyOptions, 'model'>) =>
      start(async () => (await import('./commands/models/policy.ts')).modelPolicy, { ...options, model }),
    )
  actor(models.command('evidence <model>'))
    .description('add an evaluation of NAME@VERSION on further rows to what its gates go by')
    .requiredOption('--evaluation <file>', 'evaluation.json that evaluate --out wrote for this version')
    .option('--reason <text>', 'why', 'measured on further rows')
    .addHelpText(
      'after',
      example('claims models evidence claims-demo@1 --evaluation evaluation/evaluation.json'),
    )
    .action((model: string, options: Omit<EvidenceOptions, 'model'>) =>
      start(async () => (await import('./commands/models/evidence.ts')).addEvidence, { ...options, model }),
    )
  actor(models.command('approve <model>'))
    .description('sign with your own key that NAME@VERSION may be promoted; who registered it cannot')
    .requiredOption('--key <file>', 'your private key of keys new')
    .requiredOption('--reason <text>', 'why')
    .option(
      '--expires <time>',
      'such as 30d or 12h; without it the approval counts until its key is revoked',
      daysOf,
    )
    .option('--override', 'also where gates fail; serves one promotion')
    .option('--policy <file>', 'approve the policy in this file for NAME, in place of a version')
    .addHelpText(
      'after',
      example('claims models approve claims-demo@1 --key grace.pem --reason "reviewed" --expires 30d'),
    )
    .action((model: string, options: Omit<ApproveOptions, 'model'>) =>
      start(async () => (await import('./commands/models/approve.ts')).approveModel, { ...options, model }),
    )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
