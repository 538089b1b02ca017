import { type DemoUniversity, kinds, person } from './demo-university.ts'

const computing = kinds('Computing', 'Computer', 'PC-5')
const measuring = kinds('Mechatronics', 'Measuring', 'MEC-7')
const making = kinds('Mechatronics', 'Tool', 'MEC-8')
const filming = kinds('Media', 'Camera', 'MED-9')
const recording = kinds('Media', 'Audio', 'MED-10')

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
    measuring('Rigol DS1104 oscilloscope', 8, 'Four channels.', 0),
    making('Prusa MK4 printer', 4, 'With enclosure.', 1),
    filming('GoPro Hero 12', 5, 'With mounts.', 0),
    recording('Rode NT-USB', 6, 'USB microphone.', 1),
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
