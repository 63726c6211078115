import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import { askAgent } from '../ask-agent.ts'
import type { RequestKind, UpdateAnswer } from '../request.ts'
import { readStatus } from '../status.ts'
import { interfaceDescription, interfaceName, serviceDescription } from './interface.ts'
import { type Call, CallReader, formatReply, type Reply } from './messages.ts'

/** Answers the calls on one connection: standard input and output. Returns the exit code. */
export function serve(sys: Sys): number {
  const calls = new CallReader(sys)
  try {
    for (let call = calls.next(); call !== undefined; call = calls.next()) {
      const { oneway, more } = call
      const send = (reply: Reply) => {
        if (!oneway) sys.writeOutput(formatReply(reply))
      }
      send(answerCall(sys, call, (progress) => more && send({ parameters: progress, continues: true })))
    }
  } catch (error) {
    // Who asked has gone. What was asked for goes on in its own unit.
    if (!(error instanceof AfloatError) || error.details['errno'] !== 'EPIPE') throw error
  }
  return 0
}

const kinds: Readonly<Record<string, RequestKind>> = {
  Check: 'check',
  Plan: 'plan',
  Update: 'update',
  Rollback: 'rollback',
}

/** Returns the last reply to a call; those before it go to `progress`. */
export function answerCall(sys: Sys, call: Call, progress: (parameters: object) => void): Reply {
  const { method, parameters } = call
  if (method === 'org.varlink.service.GetInfo') return { parameters: info }
  if (method === 'org.varlink.service.GetInterfaceDescription') return describe(parameters['interface'])
  const name = method.startsWith(`${interfaceName}.`) ? method.slice(interfaceName.length + 1) : ''
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined && name !== 'Status')
    return { error: 'org.varlink.service.MethodNotFound', parameters: { method } }
  const retry = parameters['retry'] ?? false
  if (typeof retry !== 'boolean')
    return { error: 'org.varlink.service.InvalidParameter', parameters: { parameter: 'retry' } }
  try {
    if (kind === undefined) return { parameters: { status: readStatus(sys) } }
    const answer = askAgent(sys, { kind, retry }, (step) => progress({ outcome: 'progress', progress: step }))
    return toReply(answer)
  } catch (error) {
    if (error instanceof AfloatError) return failed(error)
    throw error
  }
}

const info = {
  vendor: 'Afloat',
  product: 'Afloat update agent',
  version: '1',
  url: '',
  interfaces: ['org.varlink.service', interfaceName],
}

function describe(name: unknown): Reply {
  if (name === interfaceName) return { parameters: { description: interfaceDescription } }
  if (name === 'org.varlink.service') return { parameters: { description: serviceDescription } }
  return { error: 'org.varlink.service.InterfaceNotFound', parameters: { interface: String(name) } }
}

function toReply({ id: _, error, ...parameters }: UpdateAnswer): Reply {
  return parameters.outcome === 'failed' && error !== undefined ? failed(error) : { parameters }
}

function failed({
  code,
  message,
  hint,
}: {
  code: string
  message: string
  hint?: string | undefined
}): Reply {
  return {
    error: `${interfaceName}.Failed`,
    parameters: hint === undefined ? { code, message } : { code, message, hint },
  }
}
