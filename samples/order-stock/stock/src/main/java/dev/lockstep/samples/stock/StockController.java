package dev.lockstep.samples.stock;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Hands out goods and shows what is left. */
@RestController
class StockController {

    private final Warehouse warehouse;

    StockController(Warehouse warehouse) {
        this.warehouse = warehouse;
    }

    @PostMapping("/stock/{product}/take")
    StockItem take(@PathVariable String product, @RequestParam int amount) {
        return warehouse.take(product, amount);
    }

    @GetMapping("/stock")
    List<StockItem> stock() {
        return warehouse.stock();
    }
}
