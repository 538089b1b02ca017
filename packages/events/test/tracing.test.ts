import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { broker, cleanUp, directly, eventOf, natsServer, publishAll } from './world.ts'

let url = ''
beforeEach(async () => {
  url = (await natsServer()).url
})
afterEach(cleanUp)

describe('the trace an event was made in', () => {
  it('travels in the message’s headers', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await publishAll(broker(url), [eventOf('traced', { traceparent }), eventOf('untraced')])
    const { streams } = await directly(url)
    const messages = await Promise.all([1, 2].map((seq) => streams.getMessage('KITROOM', { seq })))
    expect(messages.map((message) => message?.header.get('traceparent'))).toEqual([traceparent, ''])
    expect(messages.map((message) => message?.header.get('Nats-Msg-Id'))).toEqual([
      expect.any(String),
      expect.any(String),
    ])
  })
})
