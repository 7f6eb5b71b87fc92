import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.TASKWIRE_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    // The page's Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
