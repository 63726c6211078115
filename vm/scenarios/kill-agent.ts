import assert from 'node:assert/strict'
import type { Machine } from '../machine.ts'
import { describe } from './updates.ts'

const home = '/var/lib/afloat/update'
const progress = '/run/afloat/update/progress.json'
const unit = 'afloat-update.service'
const group = `/sys/fs/cgroup/system.slice/${unit}`
const stateNames = ['idle', 'writing', 'sealed', 'staged', 'acting'] as const

/** States of the agent, as its record names them. */
export type AgentState = (typeof stateNames)[number]

/** A moment in the run of the agent, as a condition in shell script. */
export type AgentMoment = string

/** The agent has entered a state; one that it was in when it started counts as well. */
export function inState(state: AgentState): AgentMoment {
  return `grep -q '"state":{"name":"${state}"' ${home}/state.json 2>/dev/null`
}

/** The agent, started anew, is about to do something. */
export function atStep(step: 'check' | 'plan' | 'stage' | 'act'): AgentMoment {
  return `grep -q '"step":"${step}"' ${progress} 2>/dev/null`
}

/** The agent, started anew, has written this part of the release. */
export function whenWritten(fraction: number): AgentMoment {
  const read = `s/.*"step":"write".*"bytesDone":\\([0-9]*\\),"bytesTotal":\\([0-9]*\\).*/\\1 \\2/p`
  return `{ set -- $(sed -n '${read}' ${progress} 2>/dev/null); [ $# = 2 ] && [ $(($1 * 1000)) -ge $(($2 * ${Math.floor(fraction * 1000)})) ]; }`
}

/** The agent runs, for whatever reason. */
export const running: AgentMoment = `{ read -r _ <${group}/cgroup.procs; } 2>/dev/null`

/** Orders an update as a person does who does not wait for it to end. */
export async function requestUpdate(machine: Machine, words = ''): Promise<void> {
  await machine.sh(`afloatctl update --no-follow ${words}`)
}

/** Waits for a moment in the life of the agent. */
export async function untilAgent(machine: Machine, moment: AgentMoment, timeoutMs = 240_000): Promise<void> {
  await machine.sh(`until ${moment}; do sleep 0.01; done`, { timeoutMs })
}

/** Starts the agent, which goes on with what was ordered. */
export async function startAgent(machine: Machine): Promise<void> {
  await machine.sh(`systemctl reset-failed ${unit} 2>/dev/null; systemctl start --no-block ${unit}`)
}

/**
 * Starts the agent, and kills it and all its children at once when the moment has come and `delayMs` have passed.
 * Returns the state that it left behind. Throws when it had ended by then.
 */
export async function startAndKill(machine: Machine, moment: AgentMoment, delayMs = 0): Promise<AgentState> {
  await machine.sh(`systemctl stop ${unit}; rm -f ${progress}`)
  await startAgent(machine)
  return await killAgent(machine, moment, delayMs)
}

/** Like `startAndKill`, for an agent that somebody else starts. */
export async function killAgent(machine: Machine, moment: AgentMoment, delayMs = 0): Promise<AgentState> {
  const script = `until ${running}; do sleep 0.01; done
    until ${moment}; do ${running} || exit 9; sleep 0.01; done
    sleep ${(delayMs / 1000).toFixed(3)}
    echo 1 >${group}/cgroup.kill || exit 9
    cat ${home}/state.json 2>/dev/null || echo '{"state":{"name":"idle"}}'`
  try {
    const { state } = JSON.parse(await machine.sh(script, { timeoutMs: 240_000 })) as {
      state: { name: AgentState }
    }
    assert.ok(stateNames.includes(state.name), state.name)
    return state.name
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const more = await describe(machine).catch(() => '')
    throw new Error(`The agent was not killed when: ${moment}\n${why}\n${more}`, { cause })
  }
}
