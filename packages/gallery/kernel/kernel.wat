;; One query and many rows. Addresses and strides are in bytes; rows follow one another by `stride`, and what
;; pads their end is zero, as it is at the query's end.
;;
;; dots(row, count, stride, query, out): dot products in float32, four lanes at a time in four independent
;; sums. The stride is a multiple of 64; out takes `count` float32.
;;
;; bounds(row, count, stride, query, scale, norm, slack, out): what those dot products cannot exceed, from 8-bit
;; codes, a quarter of the bytes. A row is its codes, padded to a multiple of 16, then the float32 `scale` and
;; `residual`, then 8 bytes of nothing; the query is 16-bit codes of `scale`, `norm` its own norm, and `slack`
;; is added to all. Four rows are read at once, so that the query is loaded once for all: out takes `count`
;; float32 up to the next multiple of 4, and as many rows must be there to be read.
(module
  (memory (import "rows" "memory") 1)
  (func (export "dots")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32) (param $out i32)
    (local $outEnd i32) (local $rowEnd i32) (local $q i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $out) (local.get $outEnd)))
        (local.set $q (local.get $query))
        (local.set $rowEnd (i32.add (local.get $row) (local.get $stride)))
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $d (v128.const f32x4 0 0 0 0))
        (loop $values
          (local.set $a (f32x4.add (local.get $a)
            (f32x4.mul (v128.load (local.get $row)) (v128.load (local.get $q)))))
          (local.set $b (f32x4.add (local.get $b)
            (f32x4.mul (v128.load offset=16 (local.get $row)) (v128.load offset=16 (local.get $q)))))
          (local.set $c (f32x4.add (local.get $c)
            (f32x4.mul (v128.load offset=32 (local.get $row)) (v128.load offset=32 (local.get $q)))))
          (local.set $d (f32x4.add (local.get $d)
            (f32x4.mul (v128.load offset=48 (local.get $row)) (v128.load offset=48 (local.get $q)))))
          (local.set $q (i32.add (local.get $q) (i32.const 64)))
          (br_if $values
            (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 64))) (local.get $rowEnd))))
        (local.set $a
          (f32x4.add (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
        (f32.store (local.get $out)
          (f32.add
            (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
            (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $rows))))
  (func (export "bounds")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32)
    (param $scale f32) (param $norm f32) (param $slack f32) (param $out i32)
    (local $outEnd i32) (local $codesEnd i32) (local $q i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $q0 v128) (local $q1 v128)
    (local $sa v128) (local $sb v128) (local $sc v128) (local $sd v128)
    (local.set $outEnd (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $out) (local.get $outEnd)))
        (local.set $a (local.get $row))
        (local.set $b (i32.add (local.get $a) (local.get $stride)))
        (local.set $c (i32.add (local.get $b) (local.get $stride)))
        (local.set $d (i32.add (local.get $c) (local.get $stride)))
        (local.set $codesEnd (i32.sub (local.get $b) (i32.const 16)))
        (local.set $q (local.get $query))
        (local.set $sa (v128.const i32x4 0 0 0 0))
        (local.set $sb (v128.const i32x4 0 0 0 0))
        (local.set $sc (v128.const i32x4 0 0 0 0))
        (local.set $sd (v128.const i32x4 0 0 0 0))
        (loop $values
          (local.set $q0 (v128.load (local.get $q)))
          (local.set $q1 (v128.load offset=16 (local.get $q)))
          (local.set $sa (i32x4.add (local.get $sa) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $a)) (local.get $q0))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $a)) (local.get $q1)))))
          (local.set $sb (i32x4.add (local.get $sb) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $b)) (local.get $q0))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $b)) (local.get $q1)))))
          (local.set $sc (i32x4.add (local.get $sc) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $c)) (local.get $q0))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $c)) (local.get $q1)))))
          (local.set $sd (i32x4.add (local.get $sd) (i32x4.add
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $d)) (local.get $q0))
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $d)) (local.get $q1)))))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (local.set $d (i32.add (local.get $d) (i32.const 16)))
          (local.set $q (i32.add (local.get $q) (i32.const 32)))
          (br_if $values
            (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 16))) (local.get $codesEnd))))
        ;; Four times four sums, transposed and added: one row's sum in each lane.
        (local.set $q0 (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sa) (local.get $sb))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sa) (local.get $sb))))
        (local.set $q1 (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sc) (local.get $sd))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sc) (local.get $sd))))
        (local.set $sa (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $q0) (local.get $q1))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $q0) (local.get $q1))))
        ;; $a to $d are where each row's codes end: its scale and its residual follow.
        (v128.store (local.get $out)
          (f32x4.add
            (f32x4.mul
              (f32x4.mul (f32x4.convert_i32x4_s (local.get $sa)) (f32x4.splat (local.get $scale)))
              (v128.load32_lane offset=0 3 (local.get $d) (v128.load32_lane offset=0 2 (local.get $c)
                (v128.load32_lane offset=0 1 (local.get $b) (v128.load32_zero offset=0 (local.get $a))))))
            (f32x4.add (f32x4.splat (local.get $slack)) (f32x4.mul (f32x4.splat (local.get $norm))
              (v128.load32_lane offset=4 3 (local.get $d) (v128.load32_lane offset=4 2 (local.get $c)
                (v128.load32_lane offset=4 1 (local.get $b) (v128.load32_zero offset=4 (local.get $a)))))))))
        (local.set $row (i32.add (local.get $row) (i32.shl (local.get $stride) (i32.const 2))))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (br $rows)))))
