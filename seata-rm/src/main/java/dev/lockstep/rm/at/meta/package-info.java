/**
 * What the RM knows about tables: columns, keys, and what changes by itself. Read {@link
 * dev.lockstep.rm.at.meta.TableMeta} first; {@link dev.lockstep.rm.at.meta.TableMetaCache} finds it.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.meta;

import org.jspecify.annotations.NullMarked;
