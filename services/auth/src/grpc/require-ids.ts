import { Id } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'

/** @throws Failure validation-failed naming each field that is no UUID */
export function requireIds(ids: Readonly<Record<string, string>>): void {
  const wrong = Object.entries(ids).filter(([, id]) => !Id.safeParse(id).success)
  if (wrong.length === 0) return
  throw invalid(wrong.map(([field]) => ({ pointer: `/${field}`, detail: 'Expected a UUID.' })))
}
