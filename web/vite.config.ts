import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { initialSize } from './initial-size.ts';

const server = process.env.TASKWIRE_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    initialSize(),
    VitePWA({
      // The page registers it by itself, where that is allowed: see `offline/shell.ts`.
      injectRegister: null,
      registerType: 'autoUpdate',
      manifest: {
        name: 'Taskwire',
        short_name: 'Taskwire',
        description: 'Tasks, from the idea to the merged pull request, live.',
        display: 'standalone',
        background_color: '#12161d',
        theme_color: '#12161d',
        icons: [{ src: 'favicon.svg', sizes: 'any', type: 'image/svg+xml' }],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,svg,woff2}'],
        // Only the page itself is kept: what the server says is kept elsewhere, by user.
        navigateFallback: 'index.html',
        navigateFallbackDenylist: [/^\/(api|socket\.io|healthz|readyz|metrics|simulated-github)(\/|$)/],
        importScripts: ['notification-click.js'],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: true,
      },
    }),
  ],
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
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      { extends: true, test: { name: 'store', environment: 'node', include: ['src/store/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: ['src/store/**'],
          setupFiles: ['src/testing.setup.ts'],
        },
      },
    ],
  },
});
