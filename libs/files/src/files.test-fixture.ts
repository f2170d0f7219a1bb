import sharp from 'sharp';

/** A picture with what cameras write into it. */
export function photo(width = 900, height = 600): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 30, g: 120, b: 60 } } })
    .withExif({
      IFD0: { Make: 'SecretPhone', Model: 'X-77' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '34/1 12/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '119/1 33/1 0/1' },
    })
    .jpeg()
    .toBuffer();
}

export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
export const HTML = Buffer.from('<!doctype html><html><script>alert(1)</script></html>');
export const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
/** How programs of Windows and of Linux begin. */
export const PROGRAMS = [Buffer.from(`MZ${'\0'.repeat(200)}`), Buffer.from(`\u007fELF\u0002\u0001\u0001${'\0'.repeat(200)}`)];
