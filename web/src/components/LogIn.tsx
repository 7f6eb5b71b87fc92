import { useState, type SyntheticEvent } from 'react';
import { logIn } from '../session/token';
import { texts } from '../texts';
import { Field } from './Field';

export function LogIn() {
  const [token, setToken] = useState('');
  const [error, setError] = useState<string | null>(null);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim()) logIn(token.trim());
    else setError(texts.logIn.empty);
  };

  return (
    <main className="log-in">
      <h1>{texts.product}</h1>
      <form className="panel" onSubmit={submit} noValidate>
        <h2>{texts.logIn.heading}</h2>
        <p>{texts.logIn.explain}</p>
        <Field label={texts.logIn.label} hint={texts.logIn.hint} error={error}>
          {(field) => (
            <input
              {...field}
              type="password"
              autoComplete="off"
              spellCheck={false}
              value={token}
              onChange={(event) => { setToken(event.target.value); }}
            />
          )}
        </Field>
        <button type="submit" className="primary">
          {texts.logIn.submit}
        </button>
      </form>
    </main>
  );
}
