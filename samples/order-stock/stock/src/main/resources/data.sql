insert into stock (product, available, price)
select 'bike', 10, 300 where not exists (select 1 from stock where product = 'bike');
