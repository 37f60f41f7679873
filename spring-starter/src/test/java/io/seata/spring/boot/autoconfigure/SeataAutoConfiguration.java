package io.seata.spring.boot.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/** Does nothing but be there. */
@AutoConfiguration
public class SeataAutoConfiguration {}
