import { Bell, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useMe } from '../hooks/useMe';
import { useDemoPicker, useSession } from '../hooks/useSession';
import { useTheme } from '../hooks/useTheme';
import { texts } from '../texts';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from './ui/Menu';

const NotificationSettings = lazy(() => import('./NotificationSettings'));
const words = texts.user;
const icon = { size: 15, 'aria-hidden': true } as const;

const themes = [
  { value: 'system', text: words.themes.system, icon: <Monitor {...icon} /> },
  { value: 'light', text: words.themes.light, icon: <Sun {...icon} /> },
  { value: 'dark', text: words.themes.dark, icon: <Moon {...icon} /> },
] as const;

interface UserMenuProps {
  onShortcuts: () => void;
  onLogOut: () => void;
  /** The button that opens it. */
  children: ReactNode;
}

/** Who one is here, and what one may choose. */
export function UserMenu({ onShortcuts, onLogOut, children }: UserMenuProps) {
  const me = useMe();
  const { user } = useSession();
  const { users, become } = useDemoPicker();
  const [theme, setTheme] = useTheme();
  const [notifying, setNotifying] = useState(false);
  return (
    <>
      <Menu trigger={children}>
        {me && <MenuLabel>{words.roles(me.roles, me.teams)}</MenuLabel>}
        <MenuChoice label={words.theme} value={theme} options={themes} onChange={setTheme} />
        <MenuSeparator />
        <MenuItem icon={<Bell {...icon} />} onSelect={() => { setNotifying(true); }}>
          {words.notifications}
        </MenuItem>
        <MenuItem icon={<Keyboard {...icon} />} onSelect={onShortcuts}>
          {words.shortcuts}
        </MenuItem>
        <MenuSeparator />
        {users.map(
          ({ id, name }) =>
            id !== user && (
              <MenuItem key={id} icon={<UserRound {...icon} />} onSelect={() => void become(id)}>
                {words.become(name)}
              </MenuItem>
            ),
        )}
        <MenuItem icon={<LogOut {...icon} />} onSelect={onLogOut}>
          {words.logOut}
        </MenuItem>
      </Menu>
      <Suspense>{notifying && <NotificationSettings onClose={() => { setNotifying(false); }} />}</Suspense>
    </>
  );
}
