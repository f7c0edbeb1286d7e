import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { upload } from '../../api/files';
import type { Product, ProductImage } from '../../api/types';
import { Button, IconButton } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Notice } from '../../design/feedback';
import { Form, TextField } from '../../design/Form';
import { Icon } from '../../design/Icon';
import { SubmitButton } from '../../design/SubmitButton';
import { say } from '../../design/toasts';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { Confirm } from '../work/Confirm';
import { CropDialog } from './CropDialog';
import styles from './Photos.module.css';
import { useListingRefresh } from './useListingRefresh';

const most = 10;

type Sending = { name: string; part: number };

/** The pictures of a listing: several are chosen, each is cropped and sent; they can be put in order, described and deleted. */
export function Photos({ product }: { product: Product }) {
  const { t } = useTranslation(['farm', 'common']);
  const textOf = useErrorText();
  const refresh = useListingRefresh(product.id);
  const [waiting, setWaiting] = useState<File[]>([]);
  const [sending, setSending] = useState<Sending[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const room = most - product.images.length - sending.length;

  function choose(files: File[]) {
    setProblem(files.length > room ? t('photos.tooMany', { count: most }) : null);
    setWaiting(files.slice(0, Math.max(0, room)));
  }

  async function send(name: string, picture: Blob, alt: string) {
    const one: Sending = { name, part: 0 };
    const show = (part: number) => setSending(all => all.map(other => (other.name === name ? { name, part } : other)));
    setSending(all => [...all, one]);
    try {
      const form = new FormData();
      form.append('image', picture, name);
      if (alt) {
        form.append('alt', alt);
      }

      await upload('POST', `/api/products/${product.id}/images/`, form, show);
      await refresh();
    } catch (error) {
      setProblem(`${name}: ${textOf(error)}`);
    } finally {
      setSending(all => all.filter(other => other.name !== name));
    }
  }

  return (
    <section id="photos" className="panel stack" aria-labelledby="photos-title">
      <h2 id="photos-title">{t('photos.title')}</h2>
      {product.images.length === 0 && sending.length === 0 && <p className="soft">{t('photos.none')}</p>}
      <ul className={styles.photos}>
        {product.images.map((image, index) => (
          <Photo key={image.id} product={product} image={image} index={index} />
        ))}
      </ul>
      {sending.map(({ name, part }) => (
        <Progress key={name} name={name} part={part} />
      ))}
      <div role="alert">
        {problem && (
          <Notice kind="error" icon="alert">
            {problem}
          </Notice>
        )}
      </div>
      {room > 0 && (
        <label className={styles.add}>
          <input
            className="visually-hidden"
            type="file"
            multiple
            accept="image/jpeg,image/png,image/webp,image/avif"
            onChange={event => {
              choose([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
          <Icon name="camera" /> {t('photos.add')}
        </label>
      )}
      <p className="small soft">{t('photos.hint', { count: most })}</p>
      {waiting[0] && (
        <CropDialog
          key={waiting.length}
          file={waiting[0]}
          onClose={() => setWaiting(waiting.slice(1))}
          onDone={(picture, alt) => {
            const { name } = waiting[0]!;
            setWaiting(waiting.slice(1));
            void send(`${name.replace(/\.\w+$/, '')}-${Date.now() % 100_000}.jpg`, picture, alt);
          }}
        />
      )}
    </section>
  );
}

function Progress({ name, part }: { name: string; part: number }) {
  const { t } = useTranslation('farm');
  const format = useFormat();
  const done = part >= 1;
  return (
    <div className={styles.progress}>
      <span className="small">
        {done ? t('photos.processing') : t('photos.sending', { percent: format.number(part, { style: 'percent' }) })}
      </span>
      <progress aria-label={name} max={1} value={done ? undefined : part} />
    </div>
  );
}

function Photo({ product, image, index }: { product: Product; image: ProductImage; index: number }) {
  const { t } = useTranslation(['farm', 'common']);
  const textOf = useErrorText();
  const refresh = useListingRefresh(product.id);
  const [dialog, setDialog] = useState<'alt' | 'delete' | null>(null);
  const path = { id: product.id, image: image.id };
  const last = product.images.length - 1;

  async function move(position: number) {
    try {
      await ok(api.PATCH('/api/products/{id}/images/{image}/', { params: { path }, body: { position } }));
      await refresh();
      say(t('photos.moved', { position: position + 1 }));
    } catch (error) {
      say(textOf(error), { kind: 'failed' });
    }
  }

  return (
    <li className={styles.photo}>
      <img src={image.thumbnail_url} alt={image.alt} width={image.width} height={image.height} loading="lazy" />
      {index === 0 && <span className={styles.cover}>{t('photos.cover')}</span>}
      <p className={`small soft ${styles.alt}`} dir="auto">
        {image.alt}
      </p>
      <div className={styles.tools} role="group" aria-label={t('photos.of', { position: index + 1 })}>
        <IconButton
          icon="back"
          label={t('photos.earlier')}
          disabled={index === 0}
          onClick={() => void move(index - 1)}
        />
        <IconButton
          icon="forward"
          label={t('photos.later')}
          disabled={index === last}
          onClick={() => void move(index + 1)}
        />
        <IconButton icon="edit" label={t('photos.alt')} aria-haspopup="dialog" onClick={() => setDialog('alt')} />
        <IconButton
          icon="trash"
          label={t('common:action.delete')}
          aria-haspopup="dialog"
          onClick={() => setDialog('delete')}
        />
      </div>
      {dialog === 'alt' && (
        <Dialog title={t('photos.alt')} onClose={() => setDialog(null)}>
          <Form
            onSubmit={async values => {
              await ok(
                api.PATCH('/api/products/{id}/images/{image}/', {
                  params: { path },
                  body: { alt: values.text('alt') },
                }),
              );
              await refresh();
              setDialog(null);
            }}
          >
            <TextField
              name="alt"
              label={t('photos.altLabel')}
              hint={t('photos.altHint')}
              defaultValue={image.alt}
              maxLength={300}
              dir="auto"
            />
            <div className="row">
              <SubmitButton wide={false}>{t('common:action.save')}</SubmitButton>
              <Button kind="quiet" onClick={() => setDialog(null)}>
                {t('common:action.cancel')}
              </Button>
            </div>
          </Form>
        </Dialog>
      )}
      {dialog === 'delete' && (
        <Confirm
          title={t('photos.delete')}
          action={t('common:action.delete')}
          danger
          onClose={() => setDialog(null)}
          onConfirm={async () => {
            await ok(api.DELETE('/api/products/{id}/images/{image}/', { params: { path } }));
            await refresh();
          }}
        />
      )}
    </li>
  );
}
