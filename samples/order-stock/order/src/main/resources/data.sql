insert into customers (name, credit) select 'ann', 1000 where not exists (select 1 from customers where name = 'ann');
