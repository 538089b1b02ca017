/** `WAITING` and `OFFERED` are live; all others are ends. */
export type Status = 'WAITING' | 'OFFERED' | 'ACCEPTED' | 'EXPIRED' | 'CANCELLED' | 'REJECTED'

/** `outlive`: the time it asks for began while it waited. `withdraw`: its offer cannot be kept, so it waits again. */
export type Step = 'offer' | 'accept' | 'decline' | 'cancel' | 'reject' | 'expire' | 'outlive' | 'withdraw'

/** Which step is possible from which statuses (WTL-9). Everything that is not here is refused. */
export const FROM = {
  offer: ['WAITING'],
  accept: ['OFFERED'],
  decline: ['OFFERED'],
  cancel: ['WAITING', 'OFFERED'],
  reject: ['WAITING', 'OFFERED'],
  expire: ['OFFERED'],
  outlive: ['WAITING'],
  withdraw: ['OFFERED'],
} as const satisfies Record<Step, readonly Status[]>

/** Where each step leads. */
export const TO = {
  offer: 'OFFERED',
  accept: 'ACCEPTED',
  decline: 'CANCELLED',
  cancel: 'CANCELLED',
  reject: 'REJECTED',
  expire: 'EXPIRED',
  outlive: 'EXPIRED',
  withdraw: 'WAITING',
} as const satisfies Record<Step, Status>
