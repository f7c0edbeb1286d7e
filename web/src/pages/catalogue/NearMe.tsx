import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/account';
import { Button } from '../../design/Button';
import { say } from '../../design/toasts';
import { useFormat } from '../../i18n/format';
import styles from './ProductsPage.module.css';

const radii = [10, 25, 50, 100, 250];

type Props = {
  place?: string;
  radius?: number;
  /** Whether the page was opened to look around here. */
  asked: boolean;
  onChange: (parts: Record<string, string | undefined>) => void;
};

/** Where to look: around the device, or around the place of the account. Two decimals are a kilometre, near enough. */
export function NearMe({ place, radius, asked, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const home = useMe()?.location;
  const [busy, setBusy] = useState(false);

  const go = (latitude: number, longitude: number) =>
    onChange({ near: `${latitude.toFixed(2)},${longitude.toFixed(2)}` });

  function locate() {
    setBusy(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setBusy(false);
        go(coords.latitude, coords.longitude);
      },
      () => {
        setBusy(false);
        say(t('near.refused'), { kind: 'failed' });
        onChange({ near: undefined });
      },
      { maximumAge: 600_000, timeout: 15_000 },
    );
  }

  // oxlint-disable-next-line react/exhaustive-deps -- once, when one comes for it
  useEffect(() => (asked ? locate() : undefined), [asked]);

  return (
    <div className={styles.tools}>
      {place ? (
        <>
          <label>
            <span className="visually-hidden">{t('near.radius')}</span>
            <select
              className={styles.sort}
              value={radius}
              onChange={event => onChange({ radius_km: event.target.value })}
            >
              {radii.map(km => (
                <option key={km} value={km}>
                  {t('near.within', { distance: format.kilometres(km) })}
                </option>
              ))}
            </select>
          </label>
          <Button
            kind="quiet"
            icon="close"
            onClick={() => onChange({ near: undefined, radius_km: undefined, ordering: undefined })}
          >
            {t('near.everywhere')}
          </Button>
        </>
      ) : (
        <>
          <Button kind="secondary" icon="target" busy={busy} onClick={locate}>
            {t('home.near')}
          </Button>
          {home && (
            <Button kind="quiet" icon="pin" onClick={() => go(home.latitude, home.longitude)}>
              {t('near.around', { place: home.name })}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
