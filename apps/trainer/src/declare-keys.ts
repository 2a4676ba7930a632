import type { Command } from 'commander'
import { actor } from './actor-option.ts'
import type { EnrollOptions, RevokeOptions } from './command-options.ts'
import type { RotateMasterOptions } from './commands/keys/rotate-master.ts'
import type { Start } from './start.ts'

/** Declares `claims keys` with its commands. */
export function declareKeys(keys: Command, start: Start): void {
  keys
    .description('the keys with which people approve, and the master key that personal data is sealed under')
    .addHelpText('after', example('claims keys new --out grace.pem'))
  keys
    .command('new')
    .description('make your own key; the public one lies beside it as FILE.pub')
    .requiredOption('--out <file>', 'file to write; a name that is free')
    .addHelpText('after', example('claims keys new --out grace.pem'))
    .action((options: { readonly out: string }) =>
      start(async () => (await import('./commands/keys/new.ts')).newKey, options),
    )
  actor(keys.command('enroll <name>'))
    .description('let a person approve, under the name that this person’s own changes are recorded by')
    .requiredOption('--public-key <file>', 'public key of the person')
    .option(
      '--signed-by <file>',
      'private key of another person who may approve; not for the first one of all',
    )
    .option('--reason <text>', 'why', 'enrolled')
    .addHelpText(
      'after',
      example('claims keys enroll linus --public-key linus.pem.pub --signed-by grace.pem'),
    )
    .action((name: string, options: Omit<EnrollOptions, 'name'>) =>
      start(async () => (await import('./commands/keys/enroll.ts')).enrollKey, { ...options, name }),
    )
  actor(keys.command('revoke <name>'))
    .description('let a person’s key count no more, for no approval that it signed')
    .requiredOption('--signed-by <file>', 'private key of anybody who may approve')
    .requiredOption('--reason <text>', 'why')
    .addHelpText(
      'after',
      example('claims keys revoke linus --signed-by grace.pem --reason "left the company"'),
    )
    .action((name: string, options: Omit<RevokeOptions, 'name'>) =>
      start(async () => (await import('./commands/keys/revoke.ts')).revokeKey, { ...options, name }),
    )
  keys
    .command('list')
    .description('everybody who may or might approve; every signature is checked')
    .addHelpText('after', example('claims keys list'))
    .action((options: object) =>
      start(async () => (await import('./commands/keys/list.ts')).listKeys, options),
    )
  keys
    .command('make-master')
    .description('make a master key in a file that only its owner may read')
    .requiredOption('--out <file>', 'file to write; a name that is free')
    .addHelpText('after', example('claims keys make-master --out master.key'))
    .action((options: { readonly out: string }) =>
      start(async () => (await import('./commands/keys/make-master.ts')).makeMaster, options),
    )
  keys
    .command('rotate-master')
    .description('put every key under another master key; stop what records meanwhile')
    .requiredOption('--new-key-file <file>', 'file of make-master')
    .addHelpText('after', example('claims keys rotate-master --new-key-file new-master.key'))
    .action((options: RotateMasterOptions) =>
      start(async () => (await import('./commands/keys/rotate-master.ts')).rotateMaster, options),
    )
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
