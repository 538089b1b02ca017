import { beforeEach, describe, expect, it, jest } from '@jest/globals'
import { defaultPolicy } from '@kitroom/contracts'

import { directoryClient } from './directory-client.ts'

type Answers = Parameters<typeof directoryClient>[0]

const getOrganization = jest.fn<Answers['getOrganization']>()
/** Only its policies are asked for. */
const directory = directoryClient({ getOrganization } as unknown as Answers)

const organization = (timezone: string) => ({
  ...{ id: 'north', name: 'North', timezone, currency: 'CHF', version: 1 },
  policy_json: JSON.stringify(defaultPolicy),
})

beforeEach(() => {
  directory.forget()
  getOrganization.mockReset()
})

describe('an organisation’s policy', () => {
  it('is asked for once, however many want it meanwhile and for some seconds after', async () => {
    getOrganization.mockResolvedValue(organization('Europe/Zurich'))
    const heard = await Promise.all([directory.policyOf('north'), directory.policyOf('north')])
    heard.push(await directory.policyOf('north'))
    expect(heard.map(({ timezone }) => timezone)).toEqual(Array(3).fill('Europe/Zurich'))
    expect(getOrganization).toHaveBeenCalledTimes(1)
  })

  it('is asked for again where no answer came', async () => {
    getOrganization.mockRejectedValueOnce(new Error('away'))
    getOrganization.mockResolvedValueOnce(organization('Europe/Zurich'))
    await expect(directory.policyOf('north')).rejects.toThrow('away')
    await expect(directory.policyOf('north')).resolves.toMatchObject({ timezone: 'Europe/Zurich' })
  })

  it('is asked for again by those who come after it changed, though an older answer is still on its way', async () => {
    const older = Promise.withResolvers<Awaited<ReturnType<Answers['getOrganization']>>>()
    getOrganization.mockReturnValueOnce(older.promise)
    getOrganization.mockResolvedValueOnce(organization('Asia/Tokyo'))
    const before = directory.policyOf('north')
    directory.forget()
    const after = directory.policyOf('north')
    older.resolve(organization('Europe/Zurich'))
    await expect(before).resolves.toMatchObject({ timezone: 'Europe/Zurich' })
    await expect(after).resolves.toMatchObject({ timezone: 'Asia/Tokyo' })
    await expect(directory.policyOf('north')).resolves.toMatchObject({ timezone: 'Asia/Tokyo' })
  })
})
