package dev.lockstep.spring.kotlin

import dev.lockstep.spring.web.GlobalTransactionElement
import io.seata.core.context.RootContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.withContext
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.CoWebFilter
import org.springframework.web.server.CoWebFilterChain
import org.springframework.web.server.ServerWebExchange

/** Answer with the xid that they see, on one thread and on another. */
@RestController
open class Handlers {

    @GetMapping("/suspended")
    open suspend fun suspended(): String {
        val first = RootContext.getXID()
        delay(5)
        return "$first " + withContext(Dispatchers.IO) { RootContext.getXID() }
    }

    @GetMapping("/carried")
    open suspend fun carried(): String = withContext(GlobalTransactionElement()) {
        delay(5)
        "${RootContext.getXID()} " + withContext(Dispatchers.IO) {
            delay(5)
            RootContext.getXID()
        }
    }

    @GetMapping("/listed")
    open fun listed(): Flow<String> = xids()

    @GetMapping("/listed-carried")
    open fun listedCarried(): Flow<String> = xids().flowOn(GlobalTransactionElement())

    @GetMapping("/suspended-listed-carried")
    open suspend fun suspendedListedCarried(): Flow<String> {
        val element = GlobalTransactionElement()
        delay(5)
        return xids().flowOn(element)
    }

    private fun xids(): Flow<String> = flow {
        emit("${RootContext.getXID()} ")
        delay(5)
        emit("${RootContext.getXID()}")
    }

    @GetMapping("/plain")
    open fun plain(): String? = RootContext.getXID()
}

open class SuspendingFilter : CoWebFilter() {

    override suspend fun filter(exchange: ServerWebExchange, chain: CoWebFilterChain) {
        delay(5)
        chain.filter(exchange)
    }
}
