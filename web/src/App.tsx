import { BrowserRouter } from 'react-router';
import { Guard } from './components/Guard';
import { LogIn } from './components/LogIn';
import { Shell } from './components/Shell';
import { Splash } from './components/Splash';
import { WebSocketProvider } from './context/WebSocketContext';
import { useSession } from './hooks/useSession';

export function App() {
  const { user } = useSession();
  return (
    <Guard>
      {user === null ? (
        <LogIn />
      ) : (
        <WebSocketProvider key={user} user={user} fallback={<Splash />}>
          <BrowserRouter>
            <Shell />
          </BrowserRouter>
        </WebSocketProvider>
      )}
    </Guard>
  );
}
