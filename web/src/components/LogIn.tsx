import { useState, type SyntheticEvent } from 'react';
import { useDemoServer } from '../hooks/useDemoServer';
import { useSession } from '../hooks/useSession';
import { texts } from '../texts';
import { DemoNote } from './Sidebar';
import { Button } from './ui/Button';
import { Field, Input } from './ui/Field';

const words = texts.logIn;

/** The door. */
export function LogIn() {
  const { logIn } = useSession();
  const demo = useDemoServer();
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim() === '') setError(words.empty);
    else if (!logIn(tokenIn(token))) setError(words.noToken);
  };

  return (
    <main className="flex min-h-full items-center justify-center bg-sunken px-4 py-10">
      <div className="grid w-full max-w-md gap-6">
        <header className="grid justify-items-center gap-3 text-center">
          <img src="/favicon.svg" alt="" width={48} height={48} />
          <h1 className="text-2xl font-semibold tracking-tight">{texts.product}</h1>
          <p className="text-soft">{words.tagline}</p>
        </header>
        <form onSubmit={submit} noValidate aria-labelledby="log-in" className="grid gap-4 rounded-xl border border-line bg-raised p-6 shadow-raised">
          {demo && <DemoNote />}
          <h2 id="log-in" className="text-lg font-semibold">
            {words.heading}
          </h2>
          <p className="text-soft">{words.explain}</p>
          <Field label={words.label} hint={words.hint} error={error}>
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                spellCheck={false}
                value={token}
                onChange={(event) => {
                  setToken(event.target.value);
                  setError(null);
                }}
              />
            )}
          </Field>
          <Button type="submit" look="primary" className="justify-center">
            {words.submit}
          </Button>
        </form>
      </div>
    </main>
  );
}

/** The token in what was pasted: itself, or a whole login link. */
function tokenIn(pasted: string): string {
  return /#(?:.*&)?token=([^&\s]+)/.exec(pasted)?.[1] ?? pasted;
}
