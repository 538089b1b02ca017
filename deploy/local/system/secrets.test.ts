import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { loadSecrets } from './secrets.ts'

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kitroom-secrets-'))
  file = join(folder, 'secrets.json')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('the secrets of an installation', () => {
  it('are made once and are the same at every later start', async () => {
    const first = await loadSecrets(file)
    await expect(loadSecrets(file)).resolves.toEqual(first)
  })

  it('are readable by their owner alone', async () => {
    await loadSecrets(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('are different for each service and each installation', async () => {
    const one = await loadSecrets(file)
    const other = await loadSecrets(join(folder, 'other.json'))
    const keys = [one, other].flatMap(({ serviceKeys }) => Object.values(serviceKeys).map(({ d }) => d))
    expect(new Set(keys).size).toBe(10)
    const passwords = [one, other].flatMap(({ databasePasswords }) =>
      Object.values(databasePasswords).flatMap(({ app, owner }) => [app, owner]),
    )
    expect(new Set(passwords).size).toBe(16)
    const atTheBroker = [one, other].flatMap(({ natsPasswords }) => Object.values(natsPasswords))
    expect(new Set(atTheBroker).size).toBe(12)
    expect(one.serviceKeys.booking.kid).toBe('booking:1')
  })

  it('of an installation that is older than the broker’s users are kept, and completed once', async () => {
    const { natsPasswords: _, ...older } = await loadSecrets(file)
    writeFileSync(file, JSON.stringify(older))
    const completed = await loadSecrets(file)
    expect(completed).toMatchObject(older)
    expect(Object.keys(completed.natsPasswords)).toContain('booking')
    await expect(loadSecrets(file)).resolves.toEqual(completed)
  })

  it('are not silently replaced when their file is damaged', async () => {
    writeFileSync(file, '{"serviceKeys":')
    await expect(loadSecrets(file)).rejects.toThrow('secrets.json')
    expect(readFileSync(file, 'utf8')).toBe('{"serviceKeys":')
  })
})
