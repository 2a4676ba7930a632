import { parentPort, workerData } from 'node:worker_threads'
import { ClaimsError, toClaimsError } from '@claims/contracts'
import type { ModelCatalog } from '@claims/models'
import { bundleOf } from '@claims/registry'
import { loadScorer } from '@claims/scoring'
import { scoreBody } from './score-body.ts'
import { scoringModel, type ScoringModel } from './scoring-model.ts'
import type { Tally } from './tally.ts'
import type { SentError, ThreadCommand, ThreadModel, ThreadReply, ThreadSettings } from './thread-messages.ts'

/** Entry of the thread that scores large bodies: it holds models of its own and answers one command at a time. */
function run(settings: ThreadSettings): void {
  const models = new Map<string, ScoringModel>()
  const reply = (message: ThreadReply): void => {
    parentPort?.postMessage(message, message.type === 'scored' ? [message.json.buffer as ArrayBuffer] : [])
  }
  // A command waits for the one before it: what is scored after a model was sent finds it loaded.
  let before = Promise.resolve()
  parentPort?.on('message', (command: ThreadCommand) => {
    before = before.then(async () => {
      try {
        const answer = await obey(command, { models, settings })
        if (answer !== null) reply(answer)
      } catch (thrown) {
        reply({ type: 'refused', error: sent(thrown), tally: null })
      }
    })
  })
}

async function obey(
  command: ThreadCommand,
  { models, settings }: { models: Map<string, ScoringModel>; settings: ThreadSettings },
): Promise<ThreadReply | null> {
  switch (command.type) {
    case 'load':
      models.set(command.model.key, await load(command.model, settings))
      return { type: 'loaded' }
    case 'unload':
      models.get(command.key)?.scorer.dispose()
      models.delete(command.key)
      return null
    case 'score': {
      const model = models.get(command.key)
      if (model === undefined) throw new ClaimsError('model_unavailable', 'The model is not loaded here')
      const answer = await scoreBody(command.body, command.request, { model, pause: () => Promise.resolve() })
      const { tally } = answer
      return answer.ok
        ? { type: 'scored', json: new TextEncoder().encode(answer.json), tally }
        : refused(answer.error, tally)
    }
  }
}

async function load(model: ThreadModel, settings: ThreadSettings): Promise<ScoringModel> {
  const catalog = await catalogOf(settings)
  return scoringModel(await loadScorer(bundleOf(model.bundle), { threads: settings.threads, catalog }), model)
}

async function catalogOf({ catalog }: ThreadSettings): Promise<ModelCatalog | undefined> {
  if (catalog === undefined) return undefined
  const module = (await import(catalog.url)) as {
    readonly modelCatalog?: (settings: unknown) => ModelCatalog
  }
  if (typeof module.modelCatalog !== 'function')
    throw new ClaimsError('invalid_configuration', `${catalog.url} exports no function modelCatalog`)
  return module.modelCatalog(catalog.settings)
}

function refused(error: ClaimsError, tally: Tally): ThreadReply {
  return { type: 'refused', error: sent(error), tally }
}

function sent(thrown: unknown): SentError {
  const { code, message, problems, cause } = toClaimsError(thrown)
  // What an internal error says stays in the log; its stack goes there with it.
  const stack = code === 'internal' && cause instanceof Error ? `\n${cause.stack ?? ''}` : ''
  return { code, message: `${message}${stack}`, problems }
}

run(workerData as ThreadSettings)
