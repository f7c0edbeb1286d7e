import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { TextField, type Values } from '../../design/Form';
import { say } from '../../design/toasts';
import styles from './ListingForm.module.css';

type Place = { name: string; latitude: number; longitude: number };

/** A place by its name and degrees, which the device can fill in. */
export function PlaceFields({ place }: { place?: Place | null }) {
  const { t } = useTranslation('farm');
  const [finding, setFinding] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const write = (name: string, value: number) => {
    const field = fields.current?.querySelector<HTMLInputElement>(`[name="location.${name}"]`);
    if (field) {
      field.value = value.toFixed(5);
    }
  };

  function find() {
    setFinding(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        write('latitude', coords.latitude);
        write('longitude', coords.longitude);
        setFinding(false);
      },
      () => {
        say(t('place.failed'), { kind: 'failed' });
        setFinding(false);
      },
      { timeout: 15_000, maximumAge: 60_000 },
    );
  }

  return (
    <div ref={fields}>
      <TextField
        name="location.name"
        label={t('place.name')}
        hint={t('place.nameHint')}
        defaultValue={place?.name}
        maxLength={200}
        dir="auto"
      />
      <div className={styles.pair}>
        <TextField
          name="location.latitude"
          label={t('place.latitude')}
          type="number"
          step="any"
          min={-90}
          max={90}
          inputMode="text"
          defaultValue={place?.latitude}
        />
        <TextField
          name="location.longitude"
          label={t('place.longitude')}
          type="number"
          step="any"
          min={-180}
          max={180}
          inputMode="text"
          defaultValue={place?.longitude}
        />
      </div>
      <Button kind="secondary" small icon="target" busy={finding} onClick={find}>
        {t('place.here')}
      </Button>
    </div>
  );
}

/**
 * As it is sent: what is not filled in is null, and the API says so beside its field.
 * @param chosen Without it there is no place: null, which the API takes although its document does not say so.
 */
export const placeOf = (values: Values, chosen: boolean) =>
  (chosen
    ? {
        name: values.text('location.name'),
        latitude: degrees(values, 'latitude'),
        longitude: degrees(values, 'longitude'),
      }
    : null) as Place;

const degrees = (values: Values, name: string) => {
  const text = values.text(`location.${name}`);
  return text === '' ? null : Number(text);
};
