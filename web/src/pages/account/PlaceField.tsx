import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../api/types';
import { Button } from '../../design/Button';
import { TextField, type Values } from '../../design/Form';
import { say } from '../../design/toasts';

type Place = User['location'];

/** Where somebody is: a name to show, and the device's position to measure from. Without a position there is no place. */
export function PlaceField({ place }: { place: Place }) {
  const { t } = useTranslation();
  const [point, setPoint] = useState(place && { latitude: place.latitude, longitude: place.longitude });
  return (
    <div className="stack" style={{ gap: 'var(--s2)' }}>
      <TextField
        name="location.name"
        label={t('profile.place')}
        hint={point ? t('profile.placeKnown') : t('profile.placeHint')}
        optional
        defaultValue={place?.name}
      />
      <input type="hidden" name="latitude" value={point?.latitude ?? ''} />
      <input type="hidden" name="longitude" value={point?.longitude ?? ''} />
      <div className="row">
        <Button
          kind="secondary"
          small
          icon="target"
          onClick={() =>
            navigator.geolocation.getCurrentPosition(
              ({ coords }) => setPoint({ latitude: round(coords.latitude), longitude: round(coords.longitude) }),
              () => say(t('near.refused'), { kind: 'failed' }),
            )
          }
        >
          {t('profile.placeHere')}
        </Button>
        {point && (
          <Button kind="quiet" small onClick={() => setPoint(null)}>
            {t('profile.placeForget')}
          </Button>
        )}
      </div>
    </div>
  );
}

export function readPlace({ text }: Values): Place {
  return text('latitude') === ''
    ? null
    : { name: text('location.name'), latitude: Number(text('latitude')), longitude: Number(text('longitude')) };
}

/** A hundred metres are near enough. */
const round = (degrees: number) => Math.round(degrees * 1000) / 1000;
