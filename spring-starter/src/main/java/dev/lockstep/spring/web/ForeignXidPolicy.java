package dev.lockstep.spring.web;

import org.springframework.http.HttpHeaders;

/**
 * Decides whether a request may run as a part of the global transaction whose xid it brings. A bean of this type takes the
 * place of {@code lockstep.propagation.foreign-xid}. Thread-safe.
 */
@FunctionalInterface
public interface ForeignXidPolicy {

    /**
     * @param xid well-formed
     * @param headers of the request; to be asked, not changed
     * @return false to let the request run as if it had come without an xid
     */
    boolean accepts(String xid, HttpHeaders headers);
}
