import type { BookingStatus, Role } from '@kitroom/contracts'

export interface DemoPerson {
  name: string
  email: string
  role: Role
}

/** A kind of equipment: its department is its tag, and its units are numbered from 1. */
export interface DemoResource {
  name: string
  type: string
  department: string
  description: string
  barcode: string
  units: number
}

/** A booking, in hours from now: below zero it was in the past and staff entered it. */
export interface DemoBooking {
  borrower: string
  resource: string
  quantity?: number
  from: number
  to: number
  purpose: string
  status: BookingStatus
}

export interface DemoUniversity {
  name: string
  timezone: string
  people: DemoPerson[]
  resources: DemoResource[]
  bookings: DemoBooking[]
}

const person = (role: Role, name: string, domain: string): DemoPerson => ({
  name,
  role,
  email: `${name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '.')}@${domain}`,
})

const kinds =
  (department: string, type: string, prefix: string) =>
  (name: string, units: number, description: string, at: number): DemoResource => ({
    name,
    type,
    department,
    description,
    units,
    barcode: `${prefix}${at}`,
  })

const film = kinds('Film', 'Camera', 'FLM-1')
const sound = kinds('Sound', 'Audio', 'SND-2')
const light = kinds('Light', 'Light', 'LGT-3')
const photo = kinds('Photography', 'Camera', 'PHO-4')
const computing = kinds('Computing', 'Computer', 'PC-5')
const stage = kinds('Stage', 'Stage', 'STG-6')

/** A mid-sized university of the arts, with a semester under way. */
export const falkenberg: DemoUniversity = {
  name: 'Falkenberg University of the Arts',
  timezone: 'Europe/Zurich',
  people: [
    person('admin', 'Ines Albrecht', 'falkenberg.example'),
    person('staff', 'Tomas Vidal', 'falkenberg.example'),
    person('staff', 'Mireille Okafor', 'falkenberg.example'),
    person('student', 'Ada Keller', 'falkenberg.example'),
    person('student', 'Jonas Brunner', 'falkenberg.example'),
    person('student', 'Yuki Tanaka', 'falkenberg.example'),
    person('student', 'Sofia Marchetti', 'falkenberg.example'),
    person('student', 'Émile Roux', 'falkenberg.example'),
    person('student', 'Nadia Haddad', 'falkenberg.example'),
  ],
  resources: [
    film('Sony FX6 cinema camera', 4, 'Full frame, E-mount, with cage and two batteries.', 0),
    film('Blackmagic Pocket 6K', 6, 'EF mount, records to SSD.', 1),
    film('Sachtler Flowtech tripod', 8, 'Carbon, with Ace XL head.', 2),
    film('DJI Ronin RS 3 gimbal', 3, 'With focus motor.', 3),
    film('Sigma Art lens set 18–85', 2, 'Four primes in a case.', 4),
    sound('Neumann U 87 studio microphone', 3, 'With shock mount and wooden case.', 0),
    sound('Sennheiser MKH 416', 6, 'Shotgun microphone with windshield.', 1),
    sound('Zoom F8n field recorder', 4, 'Eight inputs, timecode.', 2),
    sound('Genelec 8030 monitor pair', 5, 'Sold and lent as a pair.', 3),
    sound('Wireless lavalier set', 8, 'Transmitter, receiver, clip microphone.', 4),
    light('ARRI SkyPanel S30', 3, 'RGBW softlight with DMX.', 0),
    light('Aputure 300d', 6, 'Daylight LED with Fresnel.', 1),
    light('Manfrotto C-stand', 20, 'With arm and sandbag.', 2),
    photo('Hasselblad X2D', 2, 'Medium format, 100 megapixels.', 0),
    photo('Canon EOS R5', 6, 'With 24–70 mm f/2.8.', 1),
    photo('Profoto B10 flash kit', 4, 'Two heads, softbox, trigger.', 2),
    photo('Epson V850 scanner', 2, 'Film and flatbed.', 3),
    computing('MacBook Pro 16', 10, 'Edit suite installed.', 0),
    computing('Wacom Cintiq 22', 5, 'Pen display with stand.', 1),
    computing('Meta Quest 3', 6, 'Headset with two controllers.', 2),
    stage('Beamer Epson EB-L1075', 4, '7,000 lumen, with short-throw lens.', 0),
    stage('ETC Ion lighting desk', 1, 'One only: ask early.', 1),
  ],
  bookings: [
    {
      borrower: 'Ada Keller',
      resource: 'Sony FX6 cinema camera',
      from: -30,
      to: 20,
      purpose: 'Diploma film, night shoot',
      status: 'CHECKED_OUT',
    },
    {
      borrower: 'Ada Keller',
      resource: 'Sachtler Flowtech tripod',
      quantity: 2,
      from: 26,
      to: 74,
      purpose: 'Diploma film',
      status: 'APPROVED',
    },
    {
      borrower: 'Jonas Brunner',
      resource: 'Neumann U 87 studio microphone',
      from: -52,
      to: -4,
      purpose: 'Choir recording',
      status: 'CHECKED_OUT',
    },
    {
      borrower: 'Jonas Brunner',
      resource: 'Zoom F8n field recorder',
      from: 48,
      to: 72,
      purpose: 'Field recordings in the alps',
      status: 'PENDING',
    },
    {
      borrower: 'Yuki Tanaka',
      resource: 'Hasselblad X2D',
      from: 24,
      to: 96,
      purpose: 'Portrait series',
      status: 'APPROVED',
    },
    {
      borrower: 'Yuki Tanaka',
      resource: 'Hasselblad X2D',
      from: 30,
      to: 80,
      purpose: 'Portrait series, second body',
      status: 'PENDING',
    },
    {
      borrower: 'Yuki Tanaka',
      resource: 'Profoto B10 flash kit',
      from: -200,
      to: -150,
      purpose: 'Studio class',
      status: 'RETURNED',
    },
    {
      borrower: 'Sofia Marchetti',
      resource: 'ARRI SkyPanel S30',
      quantity: 3,
      from: 100,
      to: 148,
      purpose: 'Stage light workshop',
      status: 'PENDING',
    },
    {
      borrower: 'Sofia Marchetti',
      resource: 'Manfrotto C-stand',
      quantity: 8,
      from: 100,
      to: 148,
      purpose: 'Stage light workshop',
      status: 'PENDING',
    },
    {
      borrower: 'Sofia Marchetti',
      resource: 'ETC Ion lighting desk',
      from: -90,
      to: -66,
      purpose: 'Rehearsal',
      status: 'RETURNED',
    },
    {
      borrower: 'Émile Roux',
      resource: 'MacBook Pro 16',
      from: -100,
      to: 140,
      purpose: 'Semester loan',
      status: 'CHECKED_OUT',
    },
    {
      borrower: 'Émile Roux',
      resource: 'Meta Quest 3',
      quantity: 4,
      from: 50,
      to: 58,
      purpose: 'Exhibition test',
      status: 'REJECTED',
    },
    {
      borrower: 'Émile Roux',
      resource: 'Beamer Epson EB-L1075',
      from: 170,
      to: 180,
      purpose: 'End-of-term show',
      status: 'DRAFT',
    },
    {
      borrower: 'Nadia Haddad',
      resource: 'Canon EOS R5',
      from: 20,
      to: 44,
      purpose: 'Reportage',
      status: 'APPROVED',
    },
    {
      borrower: 'Nadia Haddad',
      resource: 'Canon EOS R5',
      from: 60,
      to: 70,
      purpose: 'Reportage, cancelled by the museum',
      status: 'CANCELLED',
    },
    {
      borrower: 'Nadia Haddad',
      resource: 'Wireless lavalier set',
      quantity: 2,
      from: -20,
      to: -6,
      purpose: 'Interviews',
      status: 'RETURNED',
    },
    {
      borrower: 'Nadia Haddad',
      resource: 'Blackmagic Pocket 6K',
      quantity: 2,
      from: 200,
      to: 260,
      purpose: 'Documentary',
      status: 'DRAFT',
    },
  ],
}

/** A second house on the same installation, which must never notice the first. */
export const northfield: DemoUniversity = {
  name: 'Northfield Institute of Technology',
  timezone: 'Europe/London',
  people: [
    person('admin', 'Harriet Cole', 'northfield.example'),
    person('staff', 'Samuel Osei', 'northfield.example'),
    person('student', 'Priya Raman', 'northfield.example'),
    person('student', 'Owen Fletcher', 'northfield.example'),
    person('student', 'Ada Keller', 'falkenberg.example'),
  ],
  resources: [
    computing('Dell Precision 7680', 6, 'CAD workstation.', 10),
    computing('Raspberry Pi 5 kit', 15, 'With camera and sensors.', 11),
    kinds('Mechatronics', 'Measuring', 'MEC-7')('Rigol DS1104 oscilloscope', 8, 'Four channels.', 0),
    kinds('Mechatronics', 'Tool', 'MEC-7')('Prusa MK4 printer', 4, 'With enclosure.', 1),
    kinds('Media', 'Camera', 'MED-8')('GoPro Hero 12', 5, 'With mounts.', 0),
    kinds('Media', 'Audio', 'MED-8')('Rode NT-USB', 6, 'USB microphone.', 1),
  ],
  bookings: [
    {
      borrower: 'Priya Raman',
      resource: 'Rigol DS1104 oscilloscope',
      quantity: 2,
      from: 24,
      to: 48,
      purpose: 'Lab week',
      status: 'APPROVED',
    },
    {
      borrower: 'Owen Fletcher',
      resource: 'Prusa MK4 printer',
      from: -10,
      to: 30,
      purpose: 'Prototype',
      status: 'CHECKED_OUT',
    },
    {
      borrower: 'Owen Fletcher',
      resource: 'Raspberry Pi 5 kit',
      quantity: 5,
      from: 70,
      to: 240,
      purpose: 'Sensor course',
      status: 'PENDING',
    },
    {
      borrower: 'Priya Raman',
      resource: 'GoPro Hero 12',
      from: -300,
      to: -280,
      purpose: 'Drop test',
      status: 'RETURNED',
    },
  ],
}
