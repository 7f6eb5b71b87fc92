import { useState, type SyntheticEvent } from 'react';
import { useSession } from '../hooks/useSession';
import { texts } from '../texts';
import { Button } from './ui/Button';
import { Field, Input } from './ui/Field';

const words = texts.logIn;

/** Logs in with what is pasted; `compact`: in one line. */
export function TokenForm({ compact = false }: { compact?: boolean }) {
  const { logIn } = useSession();
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim() === '') setError(words.empty);
    else if (!logIn(tokenIn(token))) setError(words.noToken);
  };

  return (
    <form onSubmit={submit} noValidate aria-label={words.heading} className={compact ? 'flex items-start gap-2' : 'grid gap-4'}>
      <Field label={words.label} labelHidden={compact} hint={compact ? undefined : words.hint} error={error}>
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder={compact ? words.label : undefined}
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
  );
}

/** The token in what was pasted: itself, or a whole login link. */
function tokenIn(pasted: string): string {
  return /#(?:.*&)?token=([^&\s]+)/.exec(pasted)?.[1] ?? pasted;
}
