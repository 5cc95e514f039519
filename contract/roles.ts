import { z } from 'zod';

/**
 * What somebody may be at a station: sells (clerk) · checks boarding (gate) · leads a shift (shiftLeader) · is the
 * station's manager on duty (manager) · reads everything and changes nothing (auditor) · keeps devices and programs (technician).
 */
export const roles = ['clerk', 'gate', 'shiftLeader', 'manager', 'auditor', 'technician'] as const;
export const roleSchema = z.enum(roles);
export type Role = (typeof roles)[number];
