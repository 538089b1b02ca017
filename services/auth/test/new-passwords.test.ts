import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { BOOTSTRAP_TOKEN, type Founded, newEmail, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth()
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

const person = (password: string, email = newEmail()) => ({ email, password, full_name: 'Ada Lovelace' })
const join = (password: string, email?: string) =>
  auth.send('POST', '/auth/register', {
    as: founded.as,
    body: { ...person(password, email), roles: ['student'] },
  })
const found = (password: string) =>
  auth.send('POST', '/auth/register', {
    headers: { 'x-bootstrap-token': BOOTSTRAP_TOKEN },
    body: { ...person(password), organization: { name: 'University', timezone: 'Europe/Zurich' } },
  })

describe('a new password', () => {
  it.each(['password', 'Password123', 'QWERTYUIOP'])(
    'is refused when it is common, like %s',
    async (common) => {
      for (const { status, body } of [await join(common), await found(common)]) {
        expect({ status, body }).toMatchObject({
          status: 400,
          body: { code: 'validation-failed', errors: [{ pointer: '/password' }] },
        })
      }
    },
  )

  it('is refused alike for an e-mail that has an account and for one that has none', async () => {
    const elsewhere = await auth.found()
    const { email } = await auth.addMember(elsewhere, ['student'])
    const [known, unknown] = [await join('password123', email), await join('password123')]
    const told = ({ status, body }: typeof known) => ({ status, body: { ...body, request_id: '' } })
    expect(told(known)).toEqual(told(unknown))
  })

  it('has 8 to 128 characters, whatever they are, and is not altered', async () => {
    expect((await join('x7#kQ2p')).status).toBe(400)
    expect((await join('k'.repeat(129))).status).toBe(400)
    for (const password of ['x7#kQ2p!', ' blanks around ', '🗝'.repeat(8), 'é'.normalize('NFD').repeat(64)]) {
      const email = newEmail()
      expect((await join(password, email)).status).toBe(201)
      expect((await auth.signIn(email, password)).status).toBe(200)
      expect((await auth.signIn(email, password.trim().normalize('NFC'))).status).toBe(
        password.trim().normalize('NFC') === password ? 200 : 401,
      )
    }
  })

  it('is kept as argon2id of 19 MiB and two passes, salted anew each time', async () => {
    await Promise.all([join('the same for two'), join('the same for two')])
    const rows = await auth.database.admin<{ hash: string }>('select hash from password')
    for (const { hash } of rows)
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length)
  })
})
