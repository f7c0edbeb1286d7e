import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { Form, type Values, useBusy } from '../../design/Form';

/** Asks before something is done that can't be undone, with what is to be said about it; errors stay in the dialog. */
export function Confirm({
  title,
  action,
  danger,
  onClose,
  onConfirm,
  children,
}: {
  title: string;
  action: string;
  danger?: boolean;
  onClose: () => void;
  onConfirm: (values: Values) => Promise<void>;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={async values => {
          await onConfirm(values);
          onClose();
        }}
      >
        {children}
        <div className="row">
          <Submit danger={danger}>{action}</Submit>
          <Button kind="quiet" onClick={onClose}>
            {t('action.cancel')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function Submit({ danger, children }: { danger?: boolean; children: ReactNode }) {
  const busy = useBusy();
  return (
    <Button type="submit" kind={danger ? 'danger' : 'primary'} busy={busy}>
      {children}
    </Button>
  );
}
