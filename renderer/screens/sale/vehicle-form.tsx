import { useRef, useState, type RefObject } from 'react';
import type { DepartureView } from '../../../contract/office.ts';
import { metres } from '../../../contract/vehicles.ts';
import { platesMeant } from '../../../domain/vehicles/plate.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import type { Desk } from '../../state/desk.ts';
import { useAsk } from '../../state/office.ts';
import { subjectIndex, type Order } from '../../state/order.ts';
import { goTo } from '../../state/store.ts';
import { parseMetres } from '../../text/metres.ts';
import { t } from '../../words/words.ts';
import { Button } from 'react-aria-components';

export interface VehicleFormProps {
  desk: Desk;
  departure: DepartureView;
  /** The stop on the way that the order goes to: its line may sell no vehicles there. */
  toStop: string | undefined;
  order: Order;
  typeRef: RefObject<HTMLSelectElement | null>;
}

/** The vehicle that the row's person drives: type, length and plate, as the driving permit has them. */
export function VehicleForm({ desk, departure, toStop, order, typeRef }: VehicleFormProps) {
  const where = { departureId: departure.departureId, ...(toStop === undefined ? {} : { toStop }) };
  const choices = useAsk('vehicles.choices', where).data;
  const driver = order.passengers[subjectIndex(order)]?.holder;
  const before = order.vehicles.find((one) => one.driver === driver?.holderRef);
  const [code, setCode] = useState(before?.vehicleType ?? '');
  const [length, setLength] = useState(before ? metres(before.lengthCm) : null);
  const [plate, setPlate] = useState(before?.plate ?? '');
  const [which, setWhich] = useState(0);
  const [atPlate, setAtPlate] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const lengthField = useRef<HTMLInputElement>(null);
  const plateField = useRef<HTMLInputElement>(null);

  const types = choices?.types ?? [];
  const type = types.find((one) => one.code === code) ?? types[0];
  const usual = type?.usualLengthCm;
  const shownLength = length ?? (usual === null || usual === undefined ? '' : metres(usual));
  const meant = platesMeant(plate, choices?.homePlate ?? undefined);
  const whole = meant[which % Math.max(1, meant.length)] ?? '';
  const leave = (): void => goTo('passengers');
  const take = (): void => {
    const at = document.activeElement;
    if (at === typeRef.current) return lengthField.current?.focus();
    const lengthCm = parseMetres(shownLength);
    if (lengthCm === null) {
      setProblem({ code: 'client.length', field: 'length' });
      return lengthField.current?.focus();
    }
    if (at === lengthField.current || plate.trim() === '') return plateField.current?.focus();
    if (!type || !driver) return;
    desk.addVehicle({
      vehicleType: type.code,
      typeName: type.name,
      lengthCm,
      plate: whole,
      driver: driver.holderRef,
    });
    leave();
  };
  useActions({
    'vehicle.take': take,
    'vehicle.leave': leave,
    ...(atPlate && meant.length > 1
      ? {
          'vehicle.plateOther': () => {
            setWhich((now) => now + 1);
          },
        }
      : {}),
  });
  const others = meant.filter((one) => one !== whole);
  return (
    <div className="vehicle-form" data-part="vehicle">
      <p className="head">
        <b>{t('vehicle.title')}</b> {driver && t('vehicle.driver', { name: driver.name })}
        {choices?.room && (
          <span className="tag">
            {t(`vehicle.room.${choices.room.unit}`, {
              left: choices.room.unit === 'laneCm' ? metres(choices.room.left) : choices.room.left,
            })}
          </span>
        )}
      </p>
      <div className="fields">
        <label className="name-box">
          <span className="dim">{t('vehicle.type')}</span>
          <select
            ref={typeRef}
            className="bare"
            value={type?.code ?? ''}
            onChange={(event) => {
              setCode(event.target.value);
              setLength(null);
            }}
          >
            {types.map((one) => (
              <option key={one.code} value={one.code}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label className="name-box">
          <span className="dim">{t('vehicle.length')}</span>
          <input
            ref={lengthField}
            className="bare figures short"
            value={shownLength}
            inputMode="decimal"
            aria-invalid={problem !== null}
            onFocus={(event) => {
              event.target.select();
            }}
            onChange={(event) => {
              setLength(event.target.value);
              setProblem(null);
            }}
            autoComplete="off"
            maxLength={6}
          />
        </label>
        <label className="name-box">
          <span className="dim">{t('vehicle.plate')}</span>
          <input
            ref={plateField}
            className="bare figures"
            value={plate}
            placeholder={t('vehicle.plateHint')}
            onFocus={() => {
              setAtPlate(true);
            }}
            onBlur={() => {
              setAtPlate(false);
            }}
            onChange={(event) => {
              setPlate(event.target.value);
              setWhich(0);
            }}
            autoComplete="off"
            spellCheck="false"
            maxLength={16}
          />
        </label>
        <b className="figures plate" data-figure="plate" aria-live="polite">
          {whole}
        </b>
        <Button
          className="btn"
          onPress={() => {
            act('vehicle.take');
          }}
        >
          {t('vehicle.add')} <KeyCap action="vehicle.take" />
        </Button>
      </div>
      {others.length > 0 && (
        <p className="dim">
          {t('vehicle.others', { plates: others.join(' ') })} <KeyCap action="vehicle.plateOther" />
        </p>
      )}
      {(problem ?? choices?.refusal) && <ProblemBox problem={(problem ?? choices?.refusal) as Problem} />}
    </div>
  );
}
