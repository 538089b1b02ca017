import { setTimeout as pause } from 'node:timers/promises'

/**
 * Says that we leave and goes on working for as long as those who send us requests need to notice: a load balancer asks
 * for our health every second or so, and a client has connections it has not used for a while (OPS-1).
 */
export async function drain(seconds: number, ...leave: (() => void)[]): Promise<void> {
  for (const say of leave) say()
  await pause(seconds * 1_000)
}
