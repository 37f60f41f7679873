package dev.lockstep.spring.kotlin

import dev.lockstep.tm.GlobalScope
import dev.lockstep.tm.GlobalTransactional

/** Open, as the compiler plugin for Spring makes services. */
open class Shop {

    @GlobalTransactional(name = "buy", noRollbackFor = [IllegalArgumentException::class])
    open fun buy(item: String = "bolt"): GlobalScope? {
        require(item != "nothing") { "There is nothing to buy." }
        return GlobalScope.current()
    }

    fun buyTwice() {
        buy()
        buy("nut")
    }

    @GlobalTransactional
    fun sell() {
    }
}

interface Warehouse {

    @io.seata.spring.annotation.GlobalTransactional(name = "take")
    fun take(item: String = "bolt"): GlobalScope?
}

/** Final, as every class of Kotlin is that nobody opens: for a proxy of its interface. */
class ClosedWarehouse : Warehouse {

    override fun take(item: String): GlobalScope? = GlobalScope.current()
}

open class SuspendingShop {

    @GlobalTransactional
    open suspend fun buy(item: String): String = item
}

/** From outside, with an argument left out. */
fun buyTheUsual(shop: Shop): GlobalScope? = shop.buy()
