import { PASSWORD, type Person, request } from '../client.ts'
import type { TestSystem } from '../test-system.ts'

/** Sends secrets where they do not belong, which is where they get written down. */
export async function misplaceSecrets({ url, bootstrapToken }: TestSystem, who: Person): Promise<void> {
  const { token, refreshToken } = who
  const login = (body: object) => request(url, 'POST', '/auth/login', { body })
  await login({ email: PASSWORD, password: PASSWORD })
  await login({ email: `${token.slice(0, 50)}@x.example`, password: token })
  await login({ email: 'a@x.example', password: PASSWORD, [PASSWORD]: token })
  await request(url, 'POST', '/auth/login', { text: `{"password": "${PASSWORD}"` })
  await request(url, 'POST', '/auth/refresh', { body: { refresh_token: refreshToken.slice(1) } })
  await request(url, 'GET', `/tags?access_token=${token}`)
  await request(url, 'GET', `/tags/${token}`)
  await who.send('GET', `/resources?q=${token}&sort=${refreshToken}`)
  await who.send('POST', '/tags', { body: { name: 'x', token } })
  await who.send('POST', '/bookings', { key: refreshToken, body: {} })
  await who.send('GET', '/tags', { headers: { 'X-Org-Id': token } })
  await who.send('GET', '/tags', { headers: { Cookie: token, 'X-Request-Id': token } })
  await request(url, 'POST', '/auth/register', {
    headers: { 'X-Bootstrap-Token': `${bootstrapToken}x` },
    body: { password: PASSWORD },
  })
}
