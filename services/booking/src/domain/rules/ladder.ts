import { Failure } from '@kitroom/errors'

const DAY_MS = 24 * 60 * 60 * 1000

/** What lateness and debt lead to. */
export interface Ladder {
  /** So many strikes within the window suspend; null: nothing does. */
  readonly strikes: number | null
  /** Days of 24 hours, as all days here. */
  readonly windowDays: number
  readonly suspensionDays: number
  /** Open fines of so much together block, in minor units; null: never. */
  readonly debtLimitCents: number | null
  /** How long after its end a loan that is not back is charged as lost; null: never. */
  readonly replacementAfterDays: number | null
  readonly replacementCents: number
}

/** What the ladder judges a borrower by. */
export interface Conduct {
  /** When what came back late came back, beyond the fine's grace and with no fine waived: each is a strike. */
  readonly lateReturns: readonly Date[]
  readonly openFines: { readonly count: number; readonly amountCents: number }
}

/** Something that stands against a borrower, and what ends it. */
export interface Block {
  rule: 'ladder.strikes' | 'ladder.debt_limit_cents'
  limit: number
  actual: number
  until: Date | null
  ends: string
}

/** How long late returns matter: in the window, and for as long as a suspension by them can last. */
export const daysRemembered = ({ windowDays, suspensionDays }: Ladder): number => windowDays + suspensionDays

const within = (days: number, from: Date, to: Date): boolean =>
  from <= to && to.getTime() - from.getTime() <= days * DAY_MS

/** The strikes that count now. */
export const strikesAt = ({ windowDays }: Ladder, { lateReturns }: Conduct, now: Date): number =>
  lateReturns.filter((returned) => within(windowDays, returned, now)).length

/**
 * The suspension a borrower is under. Each strike that completes the number within the window ending at it suspends
 * until some days after it; so a suspension is neither cut short when old strikes leave the window, nor by waiting.
 */
function suspensionAt(ladder: Ladder, { lateReturns }: Conduct, now: Date): Block | undefined {
  const { strikes: limit, windowDays, suspensionDays } = ladder
  if (limit === null) return undefined
  const suspensions = lateReturns
    .map((last) => ({
      until: new Date(last.getTime() + suspensionDays * DAY_MS),
      actual: lateReturns.filter((returned) => within(windowDays, returned, last)).length,
    }))
    .filter(({ until, actual }) => actual >= limit && until > now)
    .toSorted((a, b) => b.until.getTime() - a.until.getTime())
  const [last] = suspensions
  if (last === undefined) return undefined
  return {
    rule: 'ladder.strikes',
    limit,
    ...last,
    ends: `The suspension for late returns ends at ${last.until.toISOString()}, or earlier when staff waive the fines of enough of them.`,
  }
}

function debtOf({ debtLimitCents }: Ladder, { openFines }: Conduct): Block | undefined {
  if (debtLimitCents === null || openFines.amountCents < debtLimitCents) return undefined
  return {
    rule: 'ladder.debt_limit_cents',
    limit: debtLimitCents,
    actual: openFines.amountCents,
    until: null,
    ends: 'It ends when so many of the open fines are paid, or waived by staff, that less than the limit is open.',
  }
}

/** All that stands against a borrower. */
export const blocksAt = (ladder: Ladder, conduct: Conduct, now: Date): Block[] =>
  [suspensionAt(ladder, conduct, now), debtOf(ladder, conduct)].filter((block) => block !== undefined)

/** A block as clients see it. */
export const blockFacts = ({ rule, limit, actual, until, ends }: Block) => ({
  rule,
  limit,
  actual,
  until: until?.toISOString() ?? null,
  ends,
})

/** Whoever acts, staff too: it is about the borrower. @throws Failure borrower-blocked with all that stands against them */
export function requireUnblocked(ladder: Ladder, conduct: Conduct, now: Date): void {
  const blocks = blocksAt(ladder, conduct, now)
  if (blocks.length === 0) return
  throw new Failure(
    'borrower-blocked',
    'This borrower may not borrow at present. `reasons` says why, and what ends it.',
    { facts: { reasons: blocks.map(blockFacts) } },
  )
}
