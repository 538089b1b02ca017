export * from './availability-search-http.ts'
export * from './booking-http.ts'
export * from './lifecycle-http.ts'
export * from './message-http.ts'
