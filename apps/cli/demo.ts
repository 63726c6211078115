import { AfloatError } from '@afloat/report'
import { Command } from 'commander'
import { type DemoFacts, summarize } from './demo-facts.ts'
import { DemoStory } from './demo-story.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { progress } from './progress.ts'

/** `afloat demo`: the main job from nothing, with every claim measured. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'Replace the operating system of a machine beneath a running container, then have it go back from a broken release',
    )
    .option('--json', 'print what was measured as one JSON object')
    .action(demo)
}

async function demo(options: { json?: true }): Promise<void> {
  const show = progress()
  const facts: DemoFacts = { ok: false, stages: show.stages }
  const story = new DemoStory(show, facts)
  try {
    await interruptible(
      (signal) => story.tell(signal),
      () => story.release(),
    )
    facts.ok = true
  } catch (error) {
    facts.error = describe(error)
    process.exitCode = error instanceof Interrupted ? 130 : 1
  } finally {
    await story.release()
  }
  if (options.json) console.log(JSON.stringify(facts))
  else console.log(summarize(facts))
}

function describe(error: unknown): NonNullable<DemoFacts['error']> {
  if (error instanceof Interrupted) return { code: 'demo/interrupted', message: 'Interrupted' }
  if (error instanceof AfloatError) {
    const { code, message, hint } = error
    return hint === undefined ? { code, message } : { code, message, hint }
  }
  return {
    code: 'demo/unexpected',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
