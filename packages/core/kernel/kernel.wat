;; One query and many rows. Addresses and strides are in bytes; what pads the end of a row is zero, as it is at
;; the query's end.
;;
;; dot(row, rowEnd, query): the dot product in float32, four lanes at a time. The length is a multiple of 16.
;;
;; products(row, count, stride, query, out): `dot` of rows one behind the other, bit for bit. Four rows are read at once: one
;; alone waits for its own sums. So out takes `count` float32 up to the next multiple of four, and as many rows must be there.
;;
;; bounds(row, count, stride, query, scale, norm, slack, out): what dot products cannot exceed, from 8-bit codes,
;; a quarter of the bytes. A row is its codes, padded to a multiple of 16, then the float32 `scale` and
;; `residual`, then 8 bytes of nothing; the query is 16-bit codes of `scale`, `norm` its own norm, and `slack`
;; is added to all. Two rows are read at once, so that the query is loaded once for both: out takes `count`
;; float32 up to the next even number, and as many rows must be there to be read.
(module
  (memory (import "rows" "memory") 1)
  (func (export "dot") (param $row i32) (param $rowEnd i32) (param $query i32) (result f32)
    (local $sums v128)
    (loop $values
      (local.set $sums (f32x4.add (local.get $sums)
        (f32x4.mul (v128.load (local.get $row)) (v128.load (local.get $query)))))
      (local.set $query (i32.add (local.get $query) (i32.const 16)))
      (br_if $values
        (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $rowEnd))))
    (call $sum (local.get $sums)))

  (func $sum (param $sums v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sums)) (f32x4.extract_lane 1 (local.get $sums)))
      (f32.add (f32x4.extract_lane 2 (local.get $sums)) (f32x4.extract_lane 3 (local.get $sums)))))

  (func (export "products")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32) (param $out i32)
    (local $outEnd i32) (local $rowEnd i32) (local $q i32) (local $value v128)
    (local $r1 i32) (local $r2 i32) (local $r3 i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $rowEnd (i32.add (local.get $row) (local.get $stride)))
      (local.set $r1 (local.get $rowEnd))
      (local.set $r2 (i32.add (local.get $r1) (local.get $stride)))
      (local.set $r3 (i32.add (local.get $r2) (local.get $stride)))
      (local.set $q (local.get $query))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (loop $values
        (local.set $value (v128.load (local.get $q)))
        (local.set $a (f32x4.add (local.get $a) (f32x4.mul (v128.load (local.get $row)) (local.get $value))))
        (local.set $b (f32x4.add (local.get $b) (f32x4.mul (v128.load (local.get $r1)) (local.get $value))))
        (local.set $c (f32x4.add (local.get $c) (f32x4.mul (v128.load (local.get $r2)) (local.get $value))))
        (local.set $d (f32x4.add (local.get $d) (f32x4.mul (v128.load (local.get $r3)) (local.get $value))))
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (local.set $r1 (i32.add (local.get $r1) (i32.const 16)))
        (local.set $r2 (i32.add (local.get $r2) (i32.const 16)))
        (local.set $r3 (i32.add (local.get $r3) (i32.const 16)))
        (br_if $values
          (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $rowEnd))))
      (f32.store (local.get $out) (call $sum (local.get $a)))
      (f32.store offset=4 (local.get $out) (call $sum (local.get $b)))
      (f32.store offset=8 (local.get $out) (call $sum (local.get $c)))
      (f32.store offset=12 (local.get $out) (call $sum (local.get $d)))
      ;; $r3 is where the fourth row ends.
      (local.set $row (local.get $r3))
      (br_if $rows
        (i32.lt_u (local.tee $out (i32.add (local.get $out) (i32.const 16))) (local.get $outEnd)))))

  (func $bound (param $sums v128) (param $facts i32) (param $scale f32) (param $norm f32) (result f32)
    (local $sum i32)
    (local.set $sum
      (i32.add
        (i32.add (i32x4.extract_lane 0 (local.get $sums)) (i32x4.extract_lane 1 (local.get $sums)))
        (i32.add (i32x4.extract_lane 2 (local.get $sums)) (i32x4.extract_lane 3 (local.get $sums)))))
    (f32.add
      (f32.mul (f32.mul (f32.convert_i32_s (local.get $sum)) (local.get $scale)) (f32.load (local.get $facts)))
      (f32.mul (local.get $norm) (f32.load offset=4 (local.get $facts)))))

  (func (export "bounds")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32)
    (param $scale f32) (param $norm f32) (param $slack f32) (param $out i32)
    (local $outEnd i32) (local $codesEnd i32) (local $q i32) (local $other i32)
    (local $q0 v128) (local $q1 v128) (local $a v128) (local $b v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $other (i32.add (local.get $row) (local.get $stride)))
      (local.set $codesEnd (i32.sub (local.get $other) (i32.const 16)))
      (local.set $q (local.get $query))
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (local.get $a))
      (loop $values
        (local.set $q0 (v128.load (local.get $q)))
        (local.set $q1 (v128.load offset=16 (local.get $q)))
        (local.set $a (i32x4.add (local.get $a) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row)) (local.get $q0))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row)) (local.get $q1)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.add
          (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $other)) (local.get $q0))
          (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $other)) (local.get $q1)))))
        (local.set $other (i32.add (local.get $other) (i32.const 16)))
        (local.set $q (i32.add (local.get $q) (i32.const 32)))
        (br_if $values
          (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $codesEnd))))
      ;; $row and $other are where the codes end.
      (f32.store (local.get $out) (f32.add (local.get $slack)
        (call $bound (local.get $a) (local.get $row) (local.get $scale) (local.get $norm))))
      (f32.store offset=4 (local.get $out) (f32.add (local.get $slack)
        (call $bound (local.get $b) (local.get $other) (local.get $scale) (local.get $norm))))
      (local.set $row (i32.add (local.get $other) (i32.const 16)))
      (br_if $rows
        (i32.lt_u (local.tee $out (i32.add (local.get $out) (i32.const 8))) (local.get $outEnd))))))
