/** A build fails when what a page must load before it shows anything has grown too large. */
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** The most that the entry and what it imports statically may have, gzipped. */
const limit = 250_000;

export function initialSize(): Plugin {
  return {
    name: 'initial-size',
    apply: 'build',
    generateBundle(_, bundle) {
      const initial = new Set<string>();
      const add = (name: string) => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || initial.has(name)) return;
        initial.add(name);
        for (const imported of chunk.imports) add(imported);
      };
      for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) add(chunk.fileName);
      const size = [...initial].reduce((sum, name) => {
        const chunk = bundle[name];
        return chunk?.type === 'chunk' ? sum + gzipSync(chunk.code).length : sum;
      }, 0);
      const said = `initial JavaScript: ${(size / 1000).toFixed(1)} kB gzipped of at most ${limit / 1000} kB`;
      if (size > limit) this.error(said);
      this.info(said);
    },
  };
}
