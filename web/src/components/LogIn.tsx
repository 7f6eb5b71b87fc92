import { useDemoServer } from '../hooks/useDemoServer';
import { texts } from '../texts';
import { DemoNote } from './Sidebar';
import { TokenForm } from './TokenForm';

const words = texts.logIn;

/** The door. */
export function LogIn() {
  const demo = useDemoServer();
  return (
    <main className="flex min-h-full items-center justify-center bg-sunken px-4 py-10">
      <div className="grid w-full max-w-md gap-6">
        <header className="grid justify-items-center gap-3 text-center">
          <img src="/favicon.svg" alt="" width={48} height={48} />
          <h1 className="text-2xl font-semibold tracking-tight">{texts.product}</h1>
          <p className="text-soft">{words.tagline}</p>
        </header>
        <section aria-labelledby="log-in" className="grid gap-4 rounded-xl border border-line bg-raised p-6 shadow-raised">
          {demo && <DemoNote />}
          <h2 id="log-in" className="text-lg font-semibold">
            {words.heading}
          </h2>
          <p className="text-soft">{words.explain}</p>
          <TokenForm />
        </section>
      </div>
    </main>
  );
}
