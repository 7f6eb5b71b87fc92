import { LogIn } from './components/LogIn';
import { TaskDashboard } from './components/TaskDashboard';
import { WebSocketProvider } from './context/WebSocketContext';
import { useSession } from './hooks/useSession';

export function App() {
  const token = useSession();
  if (token === null) return <LogIn />;
  return (
    <WebSocketProvider key={token} token={token}>
      <TaskDashboard token={token} />
    </WebSocketProvider>
  );
}
