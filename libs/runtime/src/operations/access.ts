import { SetMetadata } from '@nestjs/common';

/** Metadata key by which a route says whom it lets in. */
export const ACCESS = 'tianyan:access';

/** The route needs no session. */
export const Public = () => SetMetadata(ACCESS, 'public');
