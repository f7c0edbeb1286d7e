import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Failure, Skeleton } from '../../design/feedback';
import { Choice, Fieldset, TextField } from '../../design/Form';
import styles from './CropDialog.module.css';

/** Sides that a picture may have, as width by height; `whole` keeps its own. */
const shapes = { wide: 4 / 3, square: 1, whole: null } as const;
type Shape = keyof typeof shapes;

/** The API shows pictures with 1600 pixels on the long side; more would only cost the farmer's data. */
const longest = 1600;

/** What is shown: how far it is enlarged, and its middle as a part of what can be moved (0 to 1). */
type View = { zoom: number; x: number; y: number };
const middle: View = { zoom: 1, x: 0.5, y: 0.5 };

/** Which part of a picture is kept, in its own pixels. */
function cutOf(picture: ImageBitmap, shape: Shape, { zoom, x, y }: View) {
  const ratio = shapes[shape] ?? picture.width / picture.height;
  const width = Math.min(picture.width, picture.height * ratio) / zoom;
  const height = width / ratio;
  return { x: (picture.width - width) * x, y: (picture.height - height) * y, width, height };
}

/**
 * Chooses the part of a picture to send, by dragging, or by three sliders which a keyboard moves too.
 * @param onDone Gets a JPEG of that part, and the words for those who don't see it.
 */
export function CropDialog({
  file,
  onClose,
  onDone,
}: {
  file: File;
  onClose: () => void;
  onDone: (picture: Blob, alt: string) => void;
}) {
  const { t } = useTranslation(['farm', 'common']);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [shape, setShape] = useState<Shape>('wide');
  const [view, setView] = useState(middle);
  const [alt, setAlt] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let read: ImageBitmap | undefined;
    let closed = false;
    createImageBitmap(file, { imageOrientation: 'from-image' }).then(
      bitmap => {
        read = bitmap;
        if (closed) {
          bitmap.close();
        } else {
          setPicture(bitmap);
        }

        return bitmap;
      },
      (error: unknown) => setFailure(error),
    );
    return () => {
      closed = true;
      read?.close();
    };
  }, [file]);

  useEffect(() => {
    if (picture && canvas.current) {
      draw(canvas.current, picture, cutOf(picture, shape, view), 800);
    }
  }, [picture, shape, view]);

  async function done() {
    setBusy(true);
    const target = document.createElement('canvas');
    draw(target, picture!, cutOf(picture!, shape, view), longest);
    const blob = await new Promise<Blob | null>(resolve => target.toBlob(resolve, 'image/jpeg', 0.9));
    setBusy(false);
    if (blob) {
      onDone(blob, alt.trim());
    }
  }

  /** The picture follows the finger: a movement over the canvas, in parts of what is left to move. */
  function drag(event: PointerEvent<HTMLCanvasElement>) {
    if (!picture || !event.currentTarget.hasPointerCapture(event.pointerId)) {
      return;
    }

    const cut = cutOf(picture, shape, view);
    const scale = cut.width / event.currentTarget.clientWidth;
    const moved = (by: number, room: number) => (room > 0.5 ? (by * scale) / room : 0);
    setView({
      ...view,
      x: within(view.x - moved(event.movementX, picture.width - cut.width)),
      y: within(view.y - moved(event.movementY, picture.height - cut.height)),
    });
  }

  const cut = picture && cutOf(picture, shape, view);
  return (
    <Dialog title={t('crop.title')} onClose={onClose}>
      {failure ? (
        <>
          <Failure error={t('crop.unreadable', { name: file.name })} />
          <Button kind="secondary" onClick={onClose}>
            {t('common:action.close')}
          </Button>
        </>
      ) : !cut ? (
        <Skeleton height="14rem" />
      ) : (
        <div className="stack">
          <canvas
            ref={canvas}
            className={styles.canvas}
            role="img"
            aria-label={t('crop.preview')}
            onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag}
            onWheel={event =>
              setView({ ...view, zoom: Math.min(4, Math.max(1, view.zoom * (event.deltaY < 0 ? 1.08 : 0.93))) })
            }
          />
          <Fieldset legend={t('crop.shape')}>
            <div className={styles.shapes}>
              {(Object.keys(shapes) as Shape[]).map(name => (
                <Choice
                  key={name}
                  type="radio"
                  name="shape"
                  label={t(`crop.${name}`)}
                  checked={shape === name}
                  onChange={() => {
                    setShape(name);
                    setView(middle);
                  }}
                />
              ))}
            </div>
          </Fieldset>
          <div className={styles.sliders}>
            <Slider
              label={t('crop.zoom')}
              min={1}
              max={4}
              value={view.zoom}
              onChange={zoom => setView({ ...view, zoom })}
            />
            <Slider
              label={t('crop.across')}
              value={view.x}
              disabled={picture.width - cut.width < 1}
              onChange={x => setView({ ...view, x })}
            />
            <Slider
              label={t('crop.down')}
              value={view.y}
              disabled={picture.height - cut.height < 1}
              onChange={y => setView({ ...view, y })}
            />
          </div>
          <TextField
            name="alt"
            label={t('photos.altLabel')}
            hint={t('photos.altHint')}
            value={alt}
            onChange={event => setAlt(event.target.value)}
            maxLength={300}
            dir="auto"
            optional
          />
          <div className="row">
            <Button icon="check" busy={busy} onClick={() => void done()}>
              {t('crop.send')}
            </Button>
            <Button kind="quiet" onClick={onClose}>
              {t('crop.skip')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Slider({
  label,
  value,
  min = 0,
  max = 1,
  disabled,
  onChange,
}: {
  label: string;
  value: number;
  min?: number;
  max?: number;
  disabled?: boolean;
  onChange: (value: number) => void;
}) {
  return (
    <label className={styles.slider}>
      <span>{label}</span>
      <input
        type="range"
        dir="ltr"
        min={min}
        max={max}
        step={0.02}
        value={value}
        disabled={disabled}
        onChange={event => onChange(Number(event.target.value))}
      />
    </label>
  );
}

const within = (part: number) => Math.min(1, Math.max(0, part));

function draw(
  canvas: HTMLCanvasElement,
  picture: ImageBitmap,
  cut: { x: number; y: number; width: number; height: number },
  long: number,
) {
  const scale = Math.min(1, long / Math.max(cut.width, cut.height));
  canvas.width = Math.max(1, Math.round(cut.width * scale));
  canvas.height = Math.max(1, Math.round(cut.height * scale));
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff'; // JPEG knows no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, cut.x, cut.y, cut.width, cut.height, 0, 0, canvas.width, canvas.height);
}
