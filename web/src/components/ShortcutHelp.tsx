import { texts } from '../texts';
import { modKey, sendKeys } from './platform';
import { Dialog } from './ui/Dialog';
import { Kbd } from './ui/Kbd';

const words = texts.shortcuts;

interface Shortcut {
  /** Pressed one after the other, unless `together`. */
  keys: readonly string[];
  together?: boolean;
  does: string;
}

const groups: readonly { name: string; shortcuts: readonly Shortcut[] }[] = [
  {
    name: words.groups.anywhere,
    shortcuts: [
      { keys: ['c'], does: words.create },
      { keys: ['/'], does: words.search },
      { keys: [modKey, 'K'], together: true, does: words.palette },
      { keys: ['g', 'd'], does: words.list },
      { keys: ['g', 'b'], does: words.board },
      { keys: [texts.keys.escape], does: words.escape },
      { keys: ['?'], does: words.help },
    ],
  },
  {
    name: words.groups.list,
    shortcuts: [
      { keys: ['j'], does: words.down },
      { keys: ['k'], does: words.up },
      { keys: texts.keys.arrows, together: true, does: words.arrows },
      { keys: [texts.keys.enter], does: words.open },
    ],
  },
  {
    name: words.groups.board,
    shortcuts: [
      { keys: ['h'], does: words.left },
      { keys: ['l'], does: words.right },
    ],
  },
  { name: words.groups.writing, shortcuts: [{ keys: sendKeys, together: true, does: words.send }] },
];

/** Every key there is. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={words.heading} width="wide" forReading onClose={onClose}>
      <div className="gap-8 p-5 sm:columns-2">
        {groups.map(({ name, shortcuts }) => (
          <section key={name} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-sm font-medium text-soft">{name}</h3>
            <dl>
              {shortcuts.map(({ keys, together = false, does }) => (
                <div key={does} className="flex items-center justify-between gap-4 border-b border-line py-1.5 last:border-0">
                  <dt>{does}</dt>
                  <dd className="flex items-center gap-1 text-sm text-soft">
                    {keys.map((key, place) => (
                      <span key={key} className="flex items-center gap-1">
                        {place > 0 && !together && words.then}
                        <Kbd>{key}</Kbd>
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
