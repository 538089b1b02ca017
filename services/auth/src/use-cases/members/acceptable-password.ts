import { invalid } from '@kitroom/errors'

import type { Passwords } from '../ports.ts'

/**
 * Judged before anything is looked up or hashed, so it tells nothing about accounts (AUT-11).
 * @throws Failure validation-failed for a password that everybody tries first
 */
export function requireUncommon(password: string, passwords: Pick<Passwords, 'isCommon'>): void {
  if (!passwords.isCommon(password)) return
  throw invalid([
    { pointer: '/password', detail: 'This password is one of the most common. Choose another.' },
  ])
}
