export * from './booking-http.ts'
export * from './lifecycle-http.ts'
