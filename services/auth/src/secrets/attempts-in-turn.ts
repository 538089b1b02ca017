import { networkOf } from '@kitroom/contracts'

import type { LoginLimits } from '../use-cases/ports.ts'
import { takingTurnsApart } from './taking-turns.ts'

const WAITING = 64

/** Lets attempts at one account from one network come one after the other, in this process. */
export function attemptsInTurn(): LoginLimits['inTurn'] {
  const turn = takingTurnsApart(WAITING)
  return ({ email, address }, work) => turn(`${networkOf(address)} ${email.toLowerCase()}`, work)
}
