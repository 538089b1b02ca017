import { availableParallelism } from 'node:os'

import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'

import type { Passwords } from '../use-cases/ports.ts'
import { isCommonPassword } from './common-passwords.ts'
import { takingTurns } from './taking-turns.ts'

/** argon2id, 19 MiB, two passes, one lane (AUT-11); argon2id is the library's default. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options

/** Of a password nobody has: an unknown e-mail is verified against it, so that it takes as long as a known one. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$Kzubme3JnXSbSdWdF9UnHA$hQVNqGGFY/H0QZSFBhM6VjB+rZwghvplnXrh5t8TCiw'

/** One core stays free for everybody else, and of libuv's four threads, on which hashes run, one for looking up names. */
const AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1))
const WAITING = 64

/** Hashes and verifies passwords, a few at a time, so that sign-ins cannot starve everything else (AUT-12). */
export function argon2Passwords(): Passwords {
  const turn = takingTurns(AT_ONCE, WAITING)
  return {
    isCommon: isCommonPassword,
    hash: (password) => turn(() => hash(password, PARAMETERS)),
    verify: async (known, password) => {
      const matches = await turn(() => verify(known ?? NOBODYS, password))
      return matches && known !== undefined
    },
    isOutdated(known) {
      const { memoryCost, timeCost } = parseOptions(known)
      return memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost
    },
  }
}
