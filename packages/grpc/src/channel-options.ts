import type { ChannelOptions } from '@grpc/grpc-js'

const KIB = 1024

/** Both ways: a batch of 100 of anything we send stays far below (DOS-12). */
export const MESSAGE_LIMITS = {
  'grpc.max_receive_message_length': 256 * KIB,
  'grpc.max_send_message_length': 256 * KIB,
} as const satisfies ChannelOptions

export const SERVER_OPTIONS = {
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // A client that stayed connected would never find the replicas that came later.
  'grpc.max_connection_age_ms': 5 * 60_000,
  'grpc.max_connection_age_grace_ms': 10_000,
} as const satisfies ChannelOptions

/**
 * The one layer of retries (FLT-10): only methods without side effects, only UNAVAILABLE, at most twice, with jitter,
 * within the call's deadline, and no more once retries outnumber a tenth of the successes.
 */
export const clientOptions = (retriedMethods: { service: string; method: string }[]): ChannelOptions => ({
  // A connection that fell silent is replaced before the breaker, open for 10 s, lets the next call try it.
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // While replicas are replaced the name has other addresses every few seconds; 30 s are preset.
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.service_config_disable_resolution': 1,
  'grpc.service_config': JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: retriedMethods,
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: '0.05s',
          maxBackoff: '0.2s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
  }),
})
