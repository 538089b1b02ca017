import { isDeepStrictEqual } from 'node:util'

import type { FinalState, Recorded } from './final-state.ts'
import { type Heard, type Operation, type Shown, shownIn } from './operation.ts'

/** A keyed call, and what its repetition heard when all was over. */
export interface Repetition {
  operation: Operation
  again: Heard | undefined
}

/** Every way in which what clients were told disagrees with what is stored (CON-13), in words; none is what is wanted. */
export function violations(
  operations: readonly Operation[],
  state: FinalState,
  repetitions: readonly Repetition[] = [],
): string[] {
  const chains = Map.groupBy(state.events, ({ entityId }) => entityId)
  return [
    ...operations.flatMap((operation) => answersOf(operation)),
    ...operations.flatMap((operation) => effectOf(operation, chains)),
    ...[...chains].flatMap(([id, events]) => [...chainOf(id, events), ...causesOf(id, events, operations)]),
    ...state.objects.flatMap((object) => endOf(object, chains.get(object.id) ?? [])),
    ...marksOf(operations, state),
    ...orderOf(operations),
    ...repetitions.flatMap(repetitionOf),
    ...(state.overlaps > 0 ? [`${state.overlaps} pairs have a unit at the same time`] : []),
    ...(state.chainHolds ? [] : ['the chain of the audit does not hold']),
  ]
}

const name = ({ client, what, sent, at }: Operation) =>
  `${what} of client ${client} at ${at} (${sent.method} ${sent.path})`

/** Trouble has its own words, 502 to 504: a 500 is a mistake of ours. Who is told 503 is told when to come again. */
function answersOf(operation: Operation): string[] {
  return [operation.heardBefore, operation.heard].flatMap((heard) => {
    if (heard?.status === 500) return [`${name(operation)} was answered 500`]
    return heard?.status === 503 && heard.retryAfter === null
      ? [`${name(operation)} was answered 503 without Retry-After`]
      : []
  })
}

/** What an ok shows was true once: there is an event after which the object was just so. */
function effectOf(operation: Operation, chains: ReadonlyMap<string, Recorded[]>): string[] {
  const shown = operation.outcome === 'ok' ? shownIn(operation) : undefined
  if (shown === undefined) return []
  const events = chains.get(shown.id) ?? []
  const after = events.flatMap((event) => event.after ?? []).find(({ version }) => version === shown.version)
  if (after === undefined)
    return [`${name(operation)} was told version ${shown.version} of ${shown.id}, which never was`]
  return isSame(after, shown)
    ? []
    : [`${name(operation)} was told another version ${shown.version} of ${shown.id} than there was`]
}

const FIELDS = ['status', 'start_at', 'end_at', 'purpose', 'name'] as const

const sameFields = (one: Shown, other: Shown): boolean =>
  FIELDS.every((field) => (one[field] ?? null) === (other[field] ?? null))

const unitsOf = ({ items }: Shown) => items?.map((item) => [item.resource_id, item.resource_unit_id]) ?? []

const isSame = (one: Shown, other: Shown): boolean =>
  sameFields(one, other) && isDeepStrictEqual(unitsOf(one), unitsOf(other))

/** Versions are 1, 2, 3 and so on, each event beginning where the one before ended. */
function chainOf(id: string, events: readonly Recorded[]): string[] {
  const sorted = events.toSorted((a, b) => (a.after?.version ?? Infinity) - (b.after?.version ?? Infinity))
  return sorted.flatMap(({ before, after, action }, at) => {
    const previous = sorted[at - 1]?.after
    const expected = (previous?.version ?? 0) + 1
    if (action !== 'DELETE' && after?.version !== expected)
      return [`${id} has version ${after?.version ?? 'none'} where ${expected} is next`]
    if ((before?.version ?? 0) !== (previous?.version ?? 0))
      return [`version ${expected} of ${id} does not begin where the one before ended`]
    return []
  })
}

/** What a member did to an object was asked for: by an ok that was told this very version, or by one nobody knows of. */
function causesOf(id: string, events: readonly Recorded[], operations: readonly Operation[]): string[] {
  const writes = operations.filter(({ sent }) => sent.method !== 'GET')
  const told = new Set(
    writes.flatMap((operation) => {
      const shown = operation.outcome === 'ok' ? shownIn(operation) : undefined
      return shown?.id === id ? [shown.version] : []
    }),
  )
  const unknown = writes.filter(({ outcome, entityId }) => outcome === 'info' && entityId === id).length
  // A unit may be exchanged for a like one by somebody else's call; a status, a time or a word may not.
  const uncaused = events.filter(
    ({ action, actor, before, after }) =>
      action === 'UPDATE' &&
      actor !== null &&
      before !== null &&
      after !== null &&
      !sameFields(before, after) &&
      !told.has(after.version),
  )
  return uncaused.length > unknown
    ? [`${uncaused.length} changes of ${id} were told nobody, and ${unknown} calls do not know`]
    : []
}

/** The stored object is as its last event says. */
function endOf(object: Shown & { entity: string }, events: readonly Recorded[]): string[] {
  const told = events.flatMap(({ after }) => after ?? [])
  const last = told.find(({ version }) => version === object.version)
  if (last === undefined || told.some(({ version }) => version > object.version))
    return [`${object.entity} ${object.id} has version ${object.version}, and its events another`]
  return isSame(object, last)
    ? []
    : [`${object.entity} ${object.id} is stored otherwise than its last event says`]
}

/** A mark is nowhere when its call failed, in one object at most otherwise, and never one that nobody sent. */
function marksOf(operations: readonly Operation[], { events }: FinalState): string[] {
  const calls = new Map(operations.flatMap((call) => (call.mark === undefined ? [] : [[call.mark, call]])))
  const bearers = new Map<string, Set<string>>()
  for (const { entityId, before, after } of events) {
    const [was, is] = [before?.purpose ?? before?.name, after?.purpose ?? after?.name]
    if (is === undefined || is === was) continue
    bearers.set(is, (bearers.get(is) ?? new Set()).add(entityId))
  }
  return [...bearers].flatMap(([mark, ids]) => {
    const call = calls.get(mark)
    if (call === undefined) return [`nobody asked for ${mark}, which ${[...ids].join()} has`]
    if (call.outcome === 'fail') return [`${name(call)} was refused and has happened`]
    return ids.size > 1 ? [`${name(call)} has happened ${ids.size} times`] : []
  })
}

/** Whoever asks after an answer was given sees what it showed, or newer; a change after it is newer. */
function orderOf(operations: readonly Operation[]): string[] {
  const seen = operations.flatMap((operation) => {
    const shown = operation.outcome === 'ok' && !operation.heard?.replayed ? shownIn(operation) : undefined
    return shown === undefined ? [] : [{ operation, shown }]
  })
  return [...Map.groupBy(seen, ({ shown }) => shown.id).values()].flatMap((ofOne) =>
    ofOne.flatMap((later) => {
      const before = ofOne.filter(({ operation }) => operation.completed < later.operation.invoked)
      const newest = Math.max(0, ...before.map(({ shown }) => shown.version))
      const isWrite = later.operation.sent.method !== 'GET'
      const stale = isWrite ? later.shown.version <= newest : later.shown.version < newest
      return stale
        ? [`${name(later.operation)} was told version ${later.shown.version} after version ${newest}`]
        : []
    }),
  )
}

/** The refusals that are kept under their key: the others may be otherwise the next time. */
const KEPT_REFUSALS = [404, 409, 412]

/** Repeated with its key, a call hears what it heard, to the letter. */
function repetitionOf({ operation, again }: Repetition): string[] {
  const { outcome, heard } = operation
  const isKept = outcome === 'ok' || (heard !== undefined && KEPT_REFUSALS.includes(heard.status))
  if (outcome === 'info' || !isKept) return []
  const same =
    again !== undefined &&
    again.status === heard?.status &&
    again.text === heard.text &&
    again.contentType === heard.contentType &&
    again.etag === heard.etag &&
    again.location === heard.location &&
    again.replayed
  return same
    ? []
    : [`${name(operation)} hears something else when it is repeated: ${again?.status ?? 'nothing'}`]
}
