/** The time `ms` before a server's time, as the server writes it. */
export function earlier(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString();
}
